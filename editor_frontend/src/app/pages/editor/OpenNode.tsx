import { useMemo } from 'react'
import { useRunEvents } from '@/api/live'
import { useCanvas, useWorkflow } from '@/features/canvas/canvas-context'
import { NodeIcon } from '@/features/canvas/NodeIcon'
import styles from '@/features/editor/editor.module.css'
import { NodeHelpTab } from '@/features/help/NodeHelpTab'
import { NodePanel } from '@/features/node-panel/NodePanel'
import { editNodeFields, renameNode, setParams, setPin, setSettings } from '@/graph/commands'
import type { WorkflowDocument, WorkflowNode } from '@/graph/document'

interface OpenNodeProps {
  node: WorkflowNode
  runId: string | null
  onRunStep: () => void
  onRunToHere: () => void
  onTry?: () => void
  onClose: () => void
}

/** The node panel of an open node: what it changes goes through the workflow's commands. */
export function OpenNode({ node, runId, onRunStep, onRunToHere, onTry, onClose }: OpenNodeProps) {
  const { store, library, problems, host } = useCanvas()
  const document = useWorkflow((state) => state.document)
  const { state } = useRunEvents(runId)
  const type = library.get(node.type)
  const withPorts = useMemo(() => ({ ...document, pins: pinsByPort(document.pins) }), [document])
  const { dispatch } = store.getState()
  return (
    <div className={styles.panel}>
      <NodePanel
        node={node}
        nodeType={type}
        document={withPorts}
        runState={state}
        runId={runId}
        workflowId={store.getState().id}
        problems={problems.get(node.id) ?? []}
        readOnly={false}
        icon={<NodeIcon group={type?.group} />}
        help={<NodeHelpTab type={type} />}
        onParamsChange={(params) => dispatch(setParams(node.id, params, type))}
        onSettingsChange={(settings) => dispatch(setSettings(node.id, settings, type))}
        onRename={(name) => {
          if (name.trim() === node.name) return
          if (!dispatch(renameNode(node.id, name))) host.notify(`Another node is called “${name}”`, 'error')
        }}
        onNotesChange={(notes) => dispatch(editNodeFields(node.id, { notes }))}
        onPinChange={(pin) => dispatch(setPin(node.id, pin ? (Object.values(pin)[0] ?? []) : undefined))}
        onRunStep={onRunStep}
        onRunToHere={onRunToHere}
        {...(onTry && { onTry })}
        onClose={onClose}
      />
    </div>
  )
}

/** The document pins a list of items, which leave by the first output; the panel shows data by port. */
function pinsByPort(pins: WorkflowDocument['pins']): WorkflowDocument['pins'] {
  return Object.fromEntries(
    Object.entries(pins).map(([id, pin]) => [id, Array.isArray(pin) ? { main: pin } : pin]),
  )
}
