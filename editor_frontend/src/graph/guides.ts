/** Lines that show where a dragged thing stands level with another one, and hold it there. */
import type { Point } from './document'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** A line at `at` of one axis, from `from` to `to` of the other. */
export interface Guide {
  axis: 'x' | 'y'
  at: number
  from: number
  to: number
}

export interface Guided {
  /** What to add to the place so that it stands level. */
  shift: Point
  guides: Guide[]
}

/** How near is level, in flow units. */
const reach = 6
/** Beyond this distance nobody compares heights. */
const farthest = 1600

const noGuides: Guided = { shift: [0, 0], guides: [] }

export function alignToGuides(moving: Box, others: readonly Box[]): Guided {
  const near = others.filter((other) => distance(moving, other) < farthest)
  const across = best(moving, near, 'x')
  const down = best(moving, near, 'y')
  if (!across && !down) return noGuides
  const shift: Point = [across?.shift ?? 0, down?.shift ?? 0]
  const settled = { ...moving, x: moving.x + shift[0], y: moving.y + shift[1] }
  const guides = [across && lineThrough(settled, across, 'x'), down && lineThrough(settled, down, 'y')]
  return { shift, guides: guides.filter((guide) => guide !== null) }
}

interface Level {
  shift: number
  at: number
  other: Box
}

/** Of everything that is level within reach: the nearest one, middles before edges. */
function best(moving: Box, others: readonly Box[], axis: 'x' | 'y'): Level | null {
  let found: (Level & { cost: number }) | null = null
  const mine = marks(moving, axis)
  for (const other of others) {
    const theirs = marks(other, axis)
    for (const [index, mark] of mine.entries()) {
      const at = theirs[index] ?? mark
      const shift = at - mark
      if (Math.abs(shift) > reach) continue
      const cost = Math.abs(shift) * 1000 + distance(moving, other) + (index === 0 ? 0 : 1)
      if (!found || cost < found.cost) found = { shift, at, other, cost }
    }
  }
  return found
}

/** Middle, beginning and end along an axis. */
function marks(box: Box, axis: 'x' | 'y'): [number, number, number] {
  const [start, size] = axis === 'x' ? [box.x, box.width] : [box.y, box.height]
  return [start + size / 2, start, start + size]
}

function distance(one: Box, other: Box): number {
  return Math.abs(one.x - other.x) + Math.abs(one.y - other.y)
}

function lineThrough(moving: Box, { at, other }: Level, axis: 'x' | 'y'): Guide {
  const ends =
    axis === 'x'
      ? [moving.y, moving.y + moving.height, other.y, other.y + other.height]
      : [moving.x, moving.x + moving.width, other.x, other.x + other.width]
  return { axis, at, from: Math.min(...ends), to: Math.max(...ends) }
}

/** The smallest box around several. */
export function boxAround(boxes: readonly Box[]): Box | null {
  if (boxes.length === 0) return null
  const x = Math.min(...boxes.map((box) => box.x))
  const y = Math.min(...boxes.map((box) => box.y))
  const right = Math.max(...boxes.map((box) => box.x + box.width))
  const bottom = Math.max(...boxes.map((box) => box.y + box.height))
  return { x, y, width: right - x, height: bottom - y }
}
