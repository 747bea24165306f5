import { useMemo } from 'react'
import { useRunEvents } from '@/api/live'
import { useCanvas, useFacts, useWorkflow } from '@/features/canvas/canvas-context'
import { NodeIcon } from '@/features/canvas/NodeIcon'
import styles from '@/features/editor/editor.module.css'
import { NodeHelpTab } from '@/features/help/NodeHelpTab'
import { NodePanel } from '@/features/node-panel/NodePanel'
import { editNodeFields, renameNode, setParams, setPin, setSettings } from '@/graph/commands'
import { findNode, type WorkflowDocument, type WorkflowNode } from '@/graph/document'
import type { Problem } from '@/graph/validate'

interface OpenNodeProps {
  id: string
  runId: string | null
  onRunStep: () => void
  onRunToHere: () => void
  onTry?: () => void
  onClose: () => void
}

const noProblems: readonly Problem[] = []

/** The node panel of an open node; nothing once the node is gone. */
export function OpenNode(props: OpenNodeProps) {
  const node = useWorkflow((state) => findNode(state.document, props.id))
  return node ? <OpenPanel {...props} node={node} /> : null
}

/** What the panel changes goes through the workflow's commands. */
function OpenPanel(props: OpenNodeProps & { node: WorkflowNode }) {
  const { node, runId, onRunStep, onRunToHere, onTry, onClose } = props
  const { store, library, host } = useCanvas()
  const problems = useFacts((facts) => facts.problemsOf.get(node.id) ?? noProblems)
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
        problems={problems}
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
