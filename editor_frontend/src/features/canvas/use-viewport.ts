import { useReactFlow, useStore, type Viewport } from '@xyflow/react'
import { useEffect, useMemo, useRef } from 'react'
import { useCanvas } from './canvas-context'

/** Room for what lies over the canvas: the add button above, controls and map below. */
export const fitOptions = {
  padding: { top: '64px', bottom: '72px', left: '64px', right: '64px' },
  maxZoom: 1,
  duration: 220,
} as const

/** The view is where it was left; a workflow seen for the first time is fitted in. */
export function useViewport(count: number) {
  const { store, isReadOnly } = useCanvas()
  const key = `viewport:${store.getState().id}`
  const isTouched = useRef(false)
  const stored = useMemo(() => (isReadOnly ? null : readViewport(key)), [isReadOnly, key])
  useRefit(stored === null, isTouched)
  return useMemo(() => {
    const onMoveEnd = (event: unknown, viewport: Viewport) => {
      if (!event) return
      isTouched.current = true
      if (!isReadOnly) localStorage.setItem(key, JSON.stringify(viewport))
    }
    if (stored) return { defaultViewport: stored, onMoveEnd }
    return { fitView: count > 0, fitViewOptions: { ...fitOptions, duration: 0 }, onMoveEnd }
  }, [key, isReadOnly, count, stored])
}

/** Fits again while drawer and panel find their size, until the user moves or edits something. */
function useRefit(isWanted: boolean, isTouched: { current: boolean }): void {
  const { store } = useCanvas()
  const flow = useReactFlow()
  const size = useStore((state) => `${state.width} ${state.height}`)
  useEffect(() => {
    const isEdited = store.getState().history.done.length > 0
    if (isWanted && !isEdited && !isTouched.current && size) void flow.fitView({ ...fitOptions, duration: 0 })
  }, [isWanted, isTouched, size, flow, store])
}

function readViewport(key: string): Viewport | null {
  try {
    const value = JSON.parse(localStorage.getItem(key) ?? 'null') as Partial<Viewport> | null
    const isWhole = [value?.x, value?.y, value?.zoom].every(
      (part) => typeof part === 'number' && Number.isFinite(part),
    )
    return isWhole ? (value as Viewport) : null
  } catch {
    return null
  }
}
