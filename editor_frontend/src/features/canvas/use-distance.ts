import { useStore as useFlowStore } from '@xyflow/react'
import { useEffect } from 'react'
import { useCanvas } from './canvas-context'
import { distanceAt } from './canvas-ui'

/** Keeps the distance of the view. One watcher, so that no card has to look at each step of a zoom. */
export function useDistance(): void {
  const { ui } = useCanvas()
  const distance = useFlowStore((state) => distanceAt(state.transform[2]))
  useEffect(() => ui.setState({ distance }), [ui, distance])
}
