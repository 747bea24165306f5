/** The small map: where things lie on it, and how they are painted. */
import type { StepStatus } from '@/api/types'

export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** From the flow's places to those on the map, and back. */
export interface Projection {
  scale: number
  left: number
  top: number
}

export interface Mark extends Box {
  kind: 'node' | 'note' | 'frame'
  status: StepStatus | undefined
  isSelected: boolean
}

const margin = 6
/** However large the graph, each of its nodes can be seen. */
const leastMark = { width: 3, height: 2 }

/** What shows all of the boxes, in the middle of a map of that size. */
export function projection(boxes: Iterable<Box>, size: { width: number; height: number }): Projection {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const box of boxes) {
    left = Math.min(left, box.x)
    top = Math.min(top, box.y)
    right = Math.max(right, box.x + box.width)
    bottom = Math.max(bottom, box.y + box.height)
  }
  if (left > right) return { scale: 1, left: 0, top: 0 }
  const [width, height] = [right - left, bottom - top]
  const scale = Math.min((size.width - 2 * margin) / width, (size.height - 2 * margin) / height)
  return {
    scale,
    left: left - (size.width / scale - width) / 2,
    top: top - (size.height / scale - height) / 2,
  }
}

export function onMap(box: Box, { scale, left, top }: Projection): Box {
  return {
    x: (box.x - left) * scale,
    y: (box.y - top) * scale,
    width: box.width * scale,
    height: box.height * scale,
  }
}

/** The part of the flow that is in view. */
export function viewBox([x, y, zoom]: readonly [number, number, number], width: number, height: number): Box {
  return { x: -x / zoom, y: -y / zoom, width: width / zoom, height: height / zoom }
}

export type Palette = Record<StepStatus | 'plain' | 'selected' | 'note' | 'frame' | 'shade', string>

/** Reads the theme's colours; as long as the theme stays, once is enough. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element)
  const color = (name: string) => style.getPropertyValue(`--${name}`).trim()
  return {
    running: color('running'),
    queued: color('queued'),
    paused: color('waiting'),
    retrying: color('waiting'),
    succeeded: color('succeeded'),
    failed: color('failed'),
    skipped: color('skipped'),
    cancelled: color('skipped'),
    plain: color('line-strong'),
    selected: color('accent'),
    note: color('surface-3'),
    frame: color('line-strong'),
    shade: color('surface-3'),
  }
}

/** Paints the marks, shades what is out of view and frames what is in it. */
export function paintMap(
  brush: CanvasRenderingContext2D,
  marks: readonly Mark[],
  view: Box,
  place: Projection,
  palette: Palette,
  ratio: number,
): void {
  const { width, height } = brush.canvas
  brush.setTransform(ratio, 0, 0, ratio, 0, 0)
  brush.clearRect(0, 0, width, height)
  for (const mark of marks) paintMark(brush, mark, onMap(mark, place), palette)
  const { x, y, ...shown } = onMap(view, place)
  brush.beginPath()
  brush.rect(0, 0, width / ratio, height / ratio)
  brush.rect(x, y, shown.width, shown.height)
  brush.globalAlpha = 0.55
  brush.fillStyle = palette.shade
  brush.fill('evenodd')
  brush.globalAlpha = 1
  brush.lineWidth = 1.5
  brush.strokeStyle = palette.selected
  brush.strokeRect(x, y, shown.width, shown.height)
}

function paintMark(brush: CanvasRenderingContext2D, mark: Mark, box: Box, palette: Palette): void {
  if (mark.kind === 'frame') {
    brush.lineWidth = 1
    brush.strokeStyle = palette.frame
    brush.strokeRect(box.x, box.y, box.width, box.height)
    return
  }
  brush.fillStyle =
    mark.kind === 'note' ? palette.note : mark.isSelected ? palette.selected : palette[mark.status ?? 'plain']
  brush.fillRect(box.x, box.y, Math.max(leastMark.width, box.width), Math.max(leastMark.height, box.height))
}
