import type { NodeProps } from '@xyflow/react'
import { Ban, Pin, TriangleAlert } from 'lucide-react'
import { type CSSProperties, memo } from 'react'
import type { NodeRun } from '@/api/run-state'
import { cardHeight } from '@/graph/layout'
import { moduleType } from '@/graph/module-type'
import { nodeSummary } from '@/graph/summary'
import { classes } from '@/ui/classes'
import { useCanvas, useCanvasUi, useFacts, useNodeRun } from './canvas-context'
import { DistantCard } from './DistantCard'
import { ModuleSummary } from './ModuleSummary'
import type { CardData, CardNode } from './mapping'
import styles from './NodeCard.module.css'
import { NodeFooter } from './NodeFooter'
import { NodeIcon } from './NodeIcon'
import { NodeName } from './NodeName'
import { Ports } from './Ports'
import { statusWord } from './status-text'

/** One node. Reads only its own slice of the run, and is drawn again only when its own node changed. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { node, type } = data
  const { marks } = useCanvas()
  const mark = marks?.get(id)
  const run = useNodeRun(id)
  const isDistant = useCanvasUi((ui) => ui.distance === 'distant')
  const isUnlit = useCanvasUi((ui) => ui.spotlight !== null && !ui.spotlight.has(id))
  const refusal = useCanvasUi((ui) => ui.connecting?.refusals.get(id))
  return (
    <>
      {refusal && <Refusal why={refusal} />}
      <div
        className={classes(
          styles.card,
          isDistant && styles.distant,
          selected && styles.selected,
          node.disabled && styles.disabled,
          (isUnlit || refusal) && styles.dimmed,
          run && styles[run.status],
          mark && styles[mark],
        )}
        style={{ '--group': `var(--${type?.group ?? 'flow'}, var(--flow))` } as CSSProperties}
        data-node={id}
        data-status={run?.status}
        data-mark={mark}
      >
        <NodeLabel id={id} name={node.name} type={type?.title ?? node.type} run={run} refusal={refusal} />
        {isDistant ? <DistantCard name={node.name} status={run?.status} /> : <NearCard data={data} />}
        <ProblemMark id={id} />
        {mark && <span className={styles.mark}>{mark}</span>}
      </div>
    </>
  )
})

function NearCard({ data }: { data: CardData }) {
  const { node, type, inputs, outputs, used, isPinned } = data
  const height = cardHeight(inputs.length, outputs.length)
  return (
    <>
      <Ports side="target" ports={inputs} nodeId={node.id} height={height} />
      <NodeIcon group={type?.group} />
      <div className={styles.text}>
        <NodeName node={node} />
        <span className={styles.summary} data-summary>
          {node.type === moduleType ? (
            <ModuleSummary workflowId={node.params.workflow} version={node.params.version} />
          ) : type ? (
            nodeSummary(type.summary_template, node.params) || type.title
          ) : (
            `Unknown type ${node.type}`
          )}
        </span>
      </div>
      {isPinned && <Pin className={styles.pin} aria-label="Output is pinned" />}
      <Ports side="source" ports={outputs} nodeId={node.id} height={height} used={used} />
      <NodeFooter node={node} />
    </>
  )
}

/** Why the node cannot take the connection being drawn, beside it: the card itself is dimmed. */
function Refusal({ why }: { why: string }) {
  return (
    <span className={styles.refusal} data-refusal>
      <Ban aria-hidden="true" />
      {why}
    </span>
  )
}

interface NodeLabelProps {
  id: string
  name: string
  type: string
  run: NodeRun | undefined
  refusal: string | undefined
}

/** The spoken name: "Step 3 of 9, HTTP request, failed". Hidden text still names what refers to it. */
function NodeLabel({ id, name, type, run, refusal }: NodeLabelProps) {
  const step = useFacts((facts) => facts.steps.get(id) ?? 0)
  const steps = useFacts((facts) => facts.order.length)
  const problems = useFacts((facts) => facts.problemsOf.get(id)?.length ?? 0)
  const parts = [
    `Step ${step} of ${steps}`,
    name === type ? name : `${name}, ${type}`,
    run && statusWord(run.status),
    problems > 0 && `${problems} ${problems === 1 ? 'problem' : 'problems'}`,
    refusal,
  ]
  return (
    <span id={`label-${id}`} hidden>
      {parts.filter(Boolean).join(', ')}
    </span>
  )
}

function ProblemMark({ id }: { id: string }) {
  const found = useFacts((facts) => facts.problemsOf.get(id))
  const [worst] = found ?? []
  if (!found || !worst) return null
  const text = found.map((problem) => problem.message).join('\n')
  return (
    <span className={classes(styles.problem, worst.severity === 'warning' && styles.warning)} title={text}>
      <TriangleAlert aria-hidden="true" />
    </span>
  )
}
