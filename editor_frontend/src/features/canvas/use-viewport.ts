import type { Viewport } from '@xyflow/react'
import { useMemo } from 'react'
import { useCanvas } from './canvas-context'

const fitOptions = { padding: 0.18, maxZoom: 1.1 }

/** The view is where it was left; a workflow seen for the first time is fitted in. */
export function useViewport(count: number) {
  const { store, isReadOnly } = useCanvas()
  const key = `viewport:${store.getState().id}`
  return useMemo(() => {
    const stored = isReadOnly ? null : readViewport(key)
    const onMoveEnd = (_: unknown, viewport: Viewport) => {
      if (!isReadOnly) localStorage.setItem(key, JSON.stringify(viewport))
    }
    if (stored) return { defaultViewport: stored, onMoveEnd }
    return { fitView: count > 0, fitViewOptions: fitOptions, onMoveEnd }
  }, [key, isReadOnly, count])
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
