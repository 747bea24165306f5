import type { ReactNode } from 'react'
import type { RunState } from '@/api/run-state'
import type { Problem } from '@/api/types'
import type { Params, WorkflowDocument, WorkflowNode } from '@/graph/document'
import type { NodeTypeInfo } from '@/graph/node-type'

export interface UpstreamNode {
  id: string
  name: string
  type: string
}

export interface NodePanelProps {
  node: WorkflowNode
  nodeType: NodeTypeInfo | undefined
  document: WorkflowDocument
  runState: RunState
  runId: string | null
  /** Lets previews see the draft's node names. */
  workflowId?: string
  /** Nodes from which items can reach this one; found in the document when absent. */
  upstream?: readonly UpstreamNode[]
  /** With paths from the root of the document: `nodes.<id>.params.url`. */
  problems: readonly Problem[]
  readOnly: boolean
  /** Of the node's group. */
  icon?: ReactNode
  /** What the node type does, explained. */
  help: ReactNode
  onParamsChange: (params: Params) => void
  onSettingsChange: (settings: Params) => void
  onRename: (name: string) => void
  onNotesChange?: (notes: string) => void
  /** Pinned items by port; null takes the pins away. */
  onPinChange?: (pin: Record<string, unknown[]> | null) => void
  /** Performs this node on the data of the run that is shown. */
  onRunStep?: () => void
  onRunToHere?: () => void
  /** Tries a trigger as whoever calls it would. */
  onTry?: () => void
  onClose: () => void
}
