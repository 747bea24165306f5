import type { RunState } from '@/api/run-state'
import { useCanvas, useWorkflow } from '@/features/canvas/canvas-context'
import { NodeIcon } from '@/features/canvas/NodeIcon'
import styles from '@/features/editor/editor.module.css'
import { NodeHelpTab } from '@/features/help/NodeHelpTab'
import { NodePanel } from '@/features/node-panel/NodePanel'
import type { WorkflowNode } from '@/graph/document'

interface OpenStepProps {
  node: WorkflowNode
  runId: string
  state: RunState
  onClose: () => void
}

const nothing = () => undefined

/** What a node got, was told and gave in this run; and why, when it did nothing. */
export function OpenStep({ node, runId, state, onClose }: OpenStepProps) {
  const { library } = useCanvas()
  const document = useWorkflow((workflow) => workflow.document)
  const type = library.get(node.type)
  const run = state.nodes[node.id]
  const why = run ? run.skippedReason : 'The run has not come here yet.'
  return (
    <div className={styles.panel}>
      {why && (
        <section className={styles.why} aria-label="Why did this not run?">
          <h2>Why did this not run?</h2>
          <p>{why}</p>
        </section>
      )}
      <NodePanel
        node={node}
        nodeType={type}
        document={document}
        runState={state}
        runId={runId}
        problems={[]}
        readOnly
        icon={<NodeIcon group={type?.group} />}
        help={<NodeHelpTab type={type} />}
        onParamsChange={nothing}
        onSettingsChange={nothing}
        onRename={nothing}
        onClose={onClose}
      />
    </div>
  )
}
