import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getBezierPath, getSmoothStepPath } from '@xyflow/react'
import { Plus, X } from 'lucide-react'
import { memo } from 'react'
import { nodeHeight, nodeWidth } from '@/graph/document'
import { disconnect } from '@/graph/edge-commands'
import { classes } from '@/ui/classes'
import { useClock } from '@/ui/use-clock'
import { useCanvas, useCanvasUi, useEdgeRun, useIsFar, useNodeRun } from './canvas-context'
import { EdgePreview } from './EdgePreview'
import styles from './FlowEdge.module.css'
import type { CardEdge } from './mapping'

const movingMs = 1000

export const FlowEdge = memo(function FlowEdge(props: EdgeProps<CardEdge>) {
  const { id, selected, data, target } = props
  const { marks } = useCanvas()
  const mark = marks?.get(id)
  const run = useEdgeRun(id)
  const targetStatus = useNodeRun(target)?.status
  const isHovered = useCanvasUi((ui) => ui.hoveredEdge === id)
  const isDropTarget = useCanvasUi((ui) => ui.dropEdge === id)
  const isDimmed = useCanvasUi(
    (ui) => ui.spotlight !== null && !(ui.spotlight.has(props.source) && ui.spotlight.has(target)),
  )
  const isFar = useIsFar()
  const isMoving = useIsMoving(isFar ? undefined : run?.at, !isFar && targetStatus === 'running')
  const [path, x, y] = edgePath(props)
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        interactionWidth={22}
        className={classes(
          styles.edge,
          data?.isBypassed && styles.bypassed,
          mark && styles[mark],
          run && styles.passed,
          run && targetStatus === 'running' && styles.running,
          isMoving && styles.moving,
          isDimmed && styles.dimmed,
          (selected || isHovered || isDropTarget) && styles.active,
        )}
      />
      {((run && !isFar) || isHovered || selected) && (
        <EdgeLabel
          id={id}
          x={x}
          y={y}
          count={run?.count}
          isHovered={isHovered}
          hasTools={isHovered || selected === true}
        />
      )}
    </>
  )
})

export function edgePath(props: Parameters<typeof getBezierPath>[0]): [path: string, x: number, y: number] {
  const isBackward = props.targetX < props.sourceX + 24
  if (!isBackward) {
    const [path, x, y] = getBezierPath({ ...props, curvature: 0.32 })
    return [path, x, y]
  }
  const [path, x, y] = getSmoothStepPath({ ...props, borderRadius: 18, offset: 28 })
  return [path, x, y]
}

/** True while items crossed the edge within the last second, or the node at its end works. */
function useIsMoving(movedAt: number | undefined, isWorking: boolean): boolean {
  const isRecent = movedAt !== undefined && Date.now() - movedAt < movingMs
  const now = useClock(isRecent, 500)
  return isWorking || (movedAt !== undefined && now - movedAt < movingMs)
}

interface LabelProps {
  id: string
  x: number
  y: number
  count: number | undefined
  isHovered: boolean
  hasTools: boolean
}

function EdgeLabel({ id, x, y, count, isHovered, hasTools }: LabelProps) {
  const { store, ui, host, isReadOnly } = useCanvas()
  const insert = (screen: [number, number]) =>
    host.openPalette({ position: [x - nodeWidth / 2, y - nodeHeight / 2], edge: id }, screen)
  return (
    <EdgeLabelRenderer>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: keeps the tools while the pointer is on them */}
      <div
        className={classes(styles.label, 'nodrag', 'nopan')}
        data-edge-label={id}
        style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
        onMouseEnter={() => ui.setState({ hoveredEdge: id })}
        onMouseLeave={() => ui.setState({ hoveredEdge: null })}
      >
        {count !== undefined && (
          <span className={styles.count}>
            {count}
            <span className="visually-hidden">{count === 1 ? ' item' : ' items'}</span>
          </span>
        )}
        {hasTools && !isReadOnly && (
          <>
            <button
              type="button"
              className={styles.tool}
              aria-label="Insert a node here"
              onClick={(event) => insert([event.clientX, event.clientY])}
            >
              <Plus aria-hidden="true" />
            </button>
            <button
              type="button"
              className={classes(styles.tool, styles.delete)}
              aria-label="Delete this edge"
              onClick={() => store.getState().dispatch(disconnect([id]))}
            >
              <X aria-hidden="true" />
            </button>
          </>
        )}
        {isHovered && count !== undefined && <EdgePreview edge={id} />}
      </div>
    </EdgeLabelRenderer>
  )
}
