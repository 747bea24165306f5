import { Handle, type NodeProps, Position, useConnection } from '@xyflow/react'
import { Pin, Plus, TriangleAlert } from 'lucide-react'
import { type CSSProperties, memo } from 'react'
import { outgoingEdges } from '@/graph/document'
import { cardHeight } from '@/graph/layout'
import { moduleType } from '@/graph/module-type'
import { positionAfter } from '@/graph/place'
import { nodeSummary } from '@/graph/summary'
import { classes } from '@/ui/classes'
import { useCanvas, useCanvasUi, useRunView, useWorkflow } from './canvas-context'
import { ModuleSummary } from './ModuleSummary'
import { type CardNode, portOffset } from './mapping'
import styles from './NodeCard.module.css'
import { NodeFooter } from './NodeFooter'
import { NodeIcon } from './NodeIcon'
import { NodeName } from './NodeName'
import { statusWord } from './status-text'

/** One node. Reads only its own slice of the run, and is drawn again only when its own node changed. */
export const NodeCard = memo(function NodeCard({ id, data, selected }: NodeProps<CardNode>) {
  const { node, type, inputs, outputs } = data
  const { library, marks } = useCanvas()
  const mark = marks?.get(id)
  const run = useRunView((view) => view.nodes[id])
  const isPinned = useWorkflow((state) => state.document.pins[id] !== undefined)
  const isDimmed = useCanvasUi((ui) => ui.spotlight !== null && !ui.spotlight.has(id))
  const refusal = useRefusal(id, inputs.length, outputs.length)
  const info = library.get(node.type)
  const height = cardHeight(inputs.length, outputs.length)
  return (
    <div
      className={classes(
        styles.card,
        selected && styles.selected,
        node.disabled && styles.disabled,
        (isDimmed || (refusal && refusal !== 'self')) && styles.dimmed,
        run && styles[run.status],
        mark && styles[mark],
      )}
      style={{ '--group': `var(--${type?.group ?? 'flow'}, var(--flow))` } as CSSProperties}
      title={refusal && refusal !== 'self' ? refusal : undefined}
      data-node={id}
      data-status={run?.status}
      data-mark={mark}
    >
      <NodeLabel id={id} type={info?.title ?? node.type} />
      <Ports side="target" ports={inputs} nodeId={id} height={height} />
      <NodeIcon group={type?.group} />
      <div className={styles.text}>
        <NodeName node={node} />
        <span className={styles.summary}>
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
      <ProblemMark id={id} />
      {mark && <span className={styles.mark}>{mark}</span>}
      <Ports side="source" ports={outputs} nodeId={id} height={height} />
      <NodeFooter id={id} isDisabled={node.disabled === true} />
    </div>
  )
})

/** Why this node cannot take the connection being drawn; "self" for where it starts. */
function useRefusal(id: string, inputs: number, outputs: number): string | null {
  return useConnection((connection) => {
    if (!connection.inProgress) return null
    if (connection.fromNode.id === id) return 'self'
    if (connection.fromHandle.type === 'source') return inputs === 0 ? 'A trigger has no input' : null
    return outputs === 0 ? 'This node has no output' : null
  })
}

/** The spoken name: "Step 3 of 9, HTTP request, failed". */
function NodeLabel({ id, type }: { id: string; type: string }) {
  const name = useWorkflow((state) => state.document.nodes.find((node) => node.id === id)?.name ?? '')
  const status = useRunView((view) => view.nodes[id]?.status)
  const { problems } = useCanvas()
  const place = useStepNumber(id)
  const parts = [place, name === type ? name : `${name}, ${type}`, status && statusWord(status)]
  const count = problems.get(id)?.length ?? 0
  return (
    <span id={`label-${id}`} className="visually-hidden">
      {[...parts, count > 0 && `${count} ${count === 1 ? 'problem' : 'problems'}`].filter(Boolean).join(', ')}
    </span>
  )
}

function useStepNumber(id: string): string {
  const { order } = useCanvas()
  return `Step ${order.indexOf(id) + 1} of ${order.length}`
}

function ProblemMark({ id }: { id: string }) {
  const { problems } = useCanvas()
  const found = problems.get(id)
  const [worst] = found ?? []
  if (!found || !worst) return null
  const text = found.map((problem) => problem.message).join('\n')
  return (
    <span className={classes(styles.problem, worst.severity === 'warning' && styles.warning)} title={text}>
      <TriangleAlert aria-hidden="true" />
    </span>
  )
}

interface PortsProps {
  side: 'source' | 'target'
  ports: string[]
  nodeId: string
  height: number
}

function Ports({ side, ports, nodeId, height }: PortsProps) {
  const { isReadOnly } = useCanvas()
  const isLabelled = ports.length > 1 || (side === 'source' && ports[0] !== 'main' && ports[0] !== undefined)
  return ports.map((port, index) => {
    const top = portOffset(index, ports.length, height)
    return (
      <div key={port} className={styles.portSlot}>
        <Handle
          id={port}
          type={side}
          position={side === 'source' ? Position.Right : Position.Left}
          style={{ top }}
          className={classes(styles.port, port === 'error' && styles.errorPort)}
          isConnectable={!isReadOnly}
          role="img"
          aria-label={side === 'source' ? `Output ${port}` : `Input ${port}`}
        />
        {isLabelled && (
          <span className={classes(styles.portLabel, side === 'target' && styles.inputLabel)} style={{ top }}>
            {port}
          </span>
        )}
        {side === 'source' && !isReadOnly && <AddAfter nodeId={nodeId} port={port} top={top} />}
      </div>
    )
  })
}

/** "+" at a free output: adds the next step to the right. */
function AddAfter({ nodeId, port, top }: { nodeId: string; port: string; top: number }) {
  const { store, host } = useCanvas()
  const isFree = useWorkflow(
    (state) => !outgoingEdges(state.document, nodeId).some((edge) => edge.output === port),
  )
  if (!isFree) return null
  return (
    <button
      type="button"
      tabIndex={-1}
      className={classes(styles.addAfter, 'nodrag', 'nopan')}
      style={{ top }}
      aria-label={`Add a node after ${port === 'main' ? 'this' : port}`}
      onClick={(event) => {
        event.stopPropagation()
        const { document } = store.getState()
        const position = positionAfter(document, nodeId)
        host.openPalette({ position, from: { node: nodeId, port, side: 'output' } }, [
          event.clientX,
          event.clientY,
        ])
      }}
    >
      <Plus aria-hidden="true" />
    </button>
  )
}
