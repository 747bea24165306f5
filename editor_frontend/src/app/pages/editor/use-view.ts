import { useReactFlow } from '@xyflow/react'
import { useCallback } from 'react'
import { useCanvas } from '@/features/canvas/canvas-context'
import { showNode } from '@/features/canvas/view-actions'
import { nodeHeight, nodeWidth, type Point } from '@/graph/document'

/** Brings a node into view and selects it. */
export function useShowNode(): (id: string) => void {
  const { store } = useCanvas()
  const flow = useReactFlow()
  return useCallback((id: string) => showNode({ store, flow }, id), [store, flow])
}

/** Where a node goes to stand in the middle of the canvas. */
export function useViewCentre(): () => Point {
  const flow = useReactFlow()
  return useCallback(() => {
    const box = document.querySelector('[data-canvas]')?.getBoundingClientRect()
    const { x, y } = flow.screenToFlowPosition({
      x: (box?.left ?? 0) + (box?.width ?? 0) / 2,
      y: (box?.top ?? 0) + (box?.height ?? 0) / 2,
    })
    return [x - nodeWidth / 2, y - nodeHeight / 2]
  }, [flow])
}
