import { Panel, type ReactFlowState, useReactFlow, useStore, useStoreApi } from '@xyflow/react'
import { type PointerEvent, useEffect, useRef } from 'react'
import { useTheme } from '@/ui/theme'
import styles from './Canvas.module.css'
import { useCanvas, useWorkflow } from './canvas-context'
import { type Mark, onMap, type Projection, paintMap, projection, readPalette, viewBox } from './mini-map'
import type { RunView } from './run-view'

const size = { width: 168, height: 100 }

export function MiniMapPanel() {
  const isOfUse = useWorkflow(({ document: { nodes, notes } }) => nodes.length + notes.length > 1)
  // Beside an open panel and a chat it would cover more than it shows.
  const hasRoom = useStore(({ width, height }) => width >= 3 * size.width && height >= 3 * size.height)
  if (!isOfUse || !hasRoom) return null
  return (
    <Panel position="bottom-right" className={styles.map}>
      <MiniMap />
    </Panel>
  )
}

/** The whole workflow, each node in the colour of its state. One element, however many nodes: a press brings
 * that part into view, a drag moves the view, the wheel zooms. */
function MiniMap() {
  const surface = useRef<HTMLCanvasElement>(null)
  const place = useRef<Projection>({ scale: 1, left: 0, top: 0 })
  usePainting(surface, place)
  const look = useLook(place)
  return (
    <canvas
      ref={surface}
      role="img"
      aria-label="Map of the workflow"
      style={size}
      onPointerDown={look.onPointerDown}
      onPointerMove={look.onPointerMove}
    />
  )
}

/** Paints at most once a frame, and only when the graph, the run or the view changed. */
function usePainting(
  surface: { readonly current: HTMLCanvasElement | null },
  place: { current: Projection },
): void {
  const { runView } = useCanvas()
  const flow = useStoreApi()
  const theme = useTheme((state) => state.theme)
  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    const canvas = surface.current
    const brush = canvas?.getContext('2d')
    if (!canvas || !brush) return
    const ratio = window.devicePixelRatio || 1
    canvas.width = size.width * ratio
    canvas.height = size.height * ratio
    const palette = readPalette(canvas)
    let frame = 0
    const paint = () => {
      frame = 0
      const state = flow.getState()
      const marks = marksOf(state, runView.getState())
      const view = viewBox(state.transform, state.width, state.height)
      place.current = projection([...marks, view], size)
      paintMap(brush, marks, view, place.current, palette, ratio)
    }
    const schedule = () => {
      frame ||= requestAnimationFrame(paint)
    }
    schedule()
    const stops = [
      flow.subscribe((now, before) => isOtherPicture(now, before) && schedule()),
      runView.subscribe(schedule),
    ]
    return () => {
      cancelAnimationFrame(frame)
      for (const stop of stops) stop()
    }
  }, [surface, place, flow, runView, theme])
}

function isOtherPicture(now: ReactFlowState, before: ReactFlowState): boolean {
  return (
    now.nodes !== before.nodes ||
    now.transform !== before.transform ||
    now.width !== before.width ||
    now.height !== before.height
  )
}

/** Frames lie under notes, notes under nodes, as on the canvas. */
function marksOf({ nodeLookup }: ReactFlowState, run: RunView): Mark[] {
  return [...nodeLookup.values()].map(({ id, type, selected, measured, internals }) => ({
    kind: type === 'card' ? 'node' : type === 'note' ? 'note' : 'frame',
    ...internals.positionAbsolute,
    width: measured.width ?? 0,
    height: measured.height ?? 0,
    status: run.nodes[id]?.status,
    isSelected: selected === true,
  }))
}

/** Moving the view by the map. */
function useLook(place: { readonly current: Projection }) {
  const flow = useReactFlow()
  const store = useStoreApi()
  /** The place of the view's centre from the pointer, on the map. */
  const held = useRef<[x: number, y: number]>([0, 0])
  /** Of the moment the drag began: the map must not shift under the pointer. */
  const start = useRef<Projection>(place.current)
  const onPointerDown = (event: PointerEvent<HTMLCanvasElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = place.current
    const { transform, width, height } = store.getState()
    const view = onMap(viewBox(transform, width, height), place.current)
    const [x, y] = placeOn(event)
    const isOnView = x >= view.x && x <= view.x + view.width && y >= view.y && y <= view.y + view.height
    held.current = isOnView ? [view.x + view.width / 2 - x, view.y + view.height / 2 - y] : [0, 0]
    if (!isOnView) centre(event)
  }
  const centre = (event: PointerEvent<HTMLCanvasElement>) => {
    const { scale, left, top } = start.current
    const [x, y] = placeOn(event)
    const zoom = flow.getZoom()
    void flow.setCenter((x + held.current[0]) / scale + left, (y + held.current[1]) / scale + top, { zoom })
  }
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) centre(event)
  }
  return { onPointerDown, onPointerMove }
}

function placeOn({ clientX, clientY, currentTarget }: PointerEvent<HTMLCanvasElement>): [number, number] {
  const box = currentTarget.getBoundingClientRect()
  return [clientX - box.left, clientY - box.top]
}
