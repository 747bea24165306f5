import { BaseEdge, EdgeLabelRenderer, type EdgeProps } from '@xyflow/react'
import { memo } from 'react'
import { classes } from '@/ui/classes'
import { useIsFar, useRunView } from './canvas-context'
import { edgePath } from './FlowEdge'
import styles from './FlowEdge.module.css'
import type { FoldedEdge as FoldedEdgeType } from './mapping'

/** The lines of a folded group, as one, with the sum of what crossed them. */
export const FoldedEdge = memo(function FoldedEdge(props: EdgeProps<FoldedEdgeType>) {
  const keys = props.data?.keys ?? []
  const count = useRunView((view) => {
    const crossed = keys.flatMap((key) => view.edges[key]?.count ?? [])
    return crossed.length > 0 ? crossed.reduce((sum, one) => sum + one, 0) : undefined
  })
  const isFar = useIsFar()
  const [path, x, y] = edgePath(props)
  return (
    <>
      <BaseEdge
        id={props.id}
        path={path}
        className={classes(styles.edge, count !== undefined && styles.passed)}
      />
      {count !== undefined && !isFar && (
        <EdgeLabelRenderer>
          <div
            className={styles.label}
            style={{ transform: `translate(-50%, -50%) translate(${x}px, ${y}px)` }}
          >
            <span className={styles.count}>{count}</span>
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  )
})
