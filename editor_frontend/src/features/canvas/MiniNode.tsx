import type { MiniMapNodeProps } from '@xyflow/react'
import { useNodeRun } from './canvas-context'

const colors: Record<string, string> = {
  running: 'var(--running)',
  queued: 'var(--queued)',
  paused: 'var(--waiting)',
  retrying: 'var(--waiting)',
  succeeded: 'var(--succeeded)',
  failed: 'var(--failed)',
  skipped: 'var(--line-strong)',
  cancelled: 'var(--line-strong)',
}

/** A node on the small map, in the colour of its state. */
export function MiniNode({ id, x, y, width, height, selected }: MiniMapNodeProps) {
  const status = useNodeRun(id)?.status
  const fill = status ? colors[status] : selected ? 'var(--accent)' : 'var(--text-3)'
  return <rect x={x} y={y} width={width} height={height} rx={12} fill={fill} opacity={status ? 1 : 0.55} />
}
