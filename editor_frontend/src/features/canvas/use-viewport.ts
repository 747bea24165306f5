import { useReactFlow, useStore, type Viewport } from '@xyflow/react'
import { useEffect, useMemo, useRef } from 'react'
import { useCanvas } from './canvas-context'
import { readViewport, rememberViewport } from './viewport'

/** Room for what lies over the canvas: the add button above, controls and map below. */
export const fitOptions = {
  padding: { top: '64px', bottom: '72px', left: '64px', right: '64px' },
  maxZoom: 1,
  duration: 220,
} as const

const EDGE = 48

/** The view is where it was left; a workflow seen for the first time is fitted in. */
export function useViewport(count: number) {
  const { store, isReadOnly } = useCanvas()
  const { id } = store.getState()
  const isTouched = useTouched()
  const stored = useMemo(() => (isReadOnly ? null : readViewport(id)), [isReadOnly, id])
  useRefit(stored === null, isTouched)
  return useMemo(() => {
    // Where the page itself went while it opened is no choice of anybody's.
    const onMoveEnd = (_: unknown, viewport: Viewport) => {
      if (isTouched.current && !isReadOnly) rememberViewport(id, viewport)
    }
    if (stored) return { defaultViewport: stored, onMoveEnd }
    return { fitView: count > 0, fitViewOptions: { ...fitOptions, duration: 0 }, onMoveEnd }
  }, [id, isReadOnly, count, stored, isTouched])
}

/** True from the first thing that somebody does on this page. */
function useTouched(): { current: boolean } {
  const isTouched = useRef(false)
  useEffect(() => {
    const stop = new AbortController()
    const options = { capture: true, passive: true, once: true, signal: stop.signal }
    for (const kind of ['pointerdown', 'wheel', 'keydown']) {
      window.addEventListener(kind, () => (isTouched.current = true), options)
    }
    return () => stop.abort()
  }, [])
  return isTouched
}

const SETTLING_MS = 1500

/** Fits again while drawer and panel find their size at the start. Later a change of size moves
 * only as far as it takes to keep the selected node in sight: what one reads does not shrink. */
function useRefit(isWanted: boolean, isTouched: { current: boolean }): void {
  const { store } = useCanvas()
  const flow = useReactFlow()
  const openedAt = useRef(performance.now())
  const width = useStore((state) => state.width)
  const height = useStore((state) => state.height)
  useEffect(() => {
    if (!width || !height) return
    const isEdited = store.getState().history.done.length > 0
    const isSettling = performance.now() - openedAt.current < SETTLING_MS
    if (isWanted && isSettling && !isEdited && !isTouched.current) {
      void flow.fitView({ ...fitOptions, duration: 0 })
      return
    }
    const node = flow.getNodes().find((one) => one.selected)
    if (!node) return
    const { x, y, zoom } = flow.getViewport()
    const left = node.position.x * zoom + x
    const top = node.position.y * zoom + y
    const right = left + (node.measured?.width ?? node.width ?? 0) * zoom
    const bottom = top + (node.measured?.height ?? node.height ?? 0) * zoom
    const dx = right > width - EDGE ? width - EDGE - right : 0
    const dy = bottom > height - EDGE ? height - EDGE - bottom : 0
    if (dx || dy) {
      void flow.setViewport({ x: x + dx, y: y + dy, zoom }, { duration: 220 })
    }
  }, [isWanted, isTouched, width, height, flow, store])
}
