/** How much of a run is painted at once. */
import type { RunView } from '@/features/canvas/run-view'

export type Shown = Omit<RunView, 'stale'>

export const firstPortion = 40
const [smallest, largest] = [20, 400]
/** A frame that takes longer than this is felt; one that takes less has room. */
const [tooLongMs, roomyMs] = [28, 14]

export function nextPortion(portion: number, tookMs: number): number {
  if (tookMs > tooLongMs) return Math.max(smallest, Math.floor(portion / 2))
  return tookMs < roomyMs ? Math.min(largest, portion * 2) : portion
}

export function sizeOf(view: Shown): number {
  return Object.keys(view.nodes).length
}

/** What is on the screen with at most so many nodes, and so many edges, brought up to date. */
export function towards(current: Shown, wanted: Shown, most: number): { view: Shown; isWhole: boolean } {
  const nodes = portionOf(current.nodes, wanted.nodes, most)
  const edges = portionOf(current.edges, wanted.edges, most)
  const isWhole = nodes === wanted.nodes && edges === wanted.edges
  return { view: { runId: wanted.runId, nodes, edges }, isWhole }
}

function portionOf<T>(
  current: Readonly<Record<string, T>>,
  wanted: Readonly<Record<string, T>>,
  most: number,
): Readonly<Record<string, T>> {
  const changed = Object.keys(wanted).filter((id) => current[id] !== wanted[id])
  if (changed.length <= most) return wanted
  const part: Record<string, T> = { ...current }
  for (const id of changed.slice(0, most)) part[id] = wanted[id] as T
  return part
}
