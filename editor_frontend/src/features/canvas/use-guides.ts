import { useCallback, useRef } from 'react'
import { nodeWidth, type Point } from '@/graph/document'
import { alignToGuides, type Box, boxAround, type Guide } from '@/graph/guides'
import { nodeCardHeight } from '@/graph/layout'
import { useCanvas } from './canvas-context'
import type { FlowNode } from './mapping'

/** Guides for what is being dragged: `watch` it at the start, `hold` its places at each move. */
export function useGuides() {
  const { store, library } = useCanvas()
  const moving = useRef<{ id: string; width: number; height: number }[]>([])
  const others = useRef<Box[]>([])
  const watch = useCallback(
    (dragged: readonly FlowNode[]) => {
      const ids = new Set(dragged.map((node) => node.id))
      const { document } = store.getState()
      // A frame is as large as its members make it: it has no place of its own to compare.
      const cards = dragged.some((node) => node.type === 'frame') ? [] : dragged
      moving.current = cards.map(({ id, width = 0, height = 0 }) => ({ id, width, height }))
      others.current = document.nodes
        .filter((node) => !ids.has(node.id))
        .map((node) => ({
          x: node.position[0],
          y: node.position[1],
          width: nodeWidth,
          height: nodeCardHeight(node, library),
        }))
    },
    [store, library],
  )
  /** Shifts the places so that they stand level with something near; answers the lines to draw. */
  const hold = useCallback((places: Map<string, Point>): readonly Guide[] => {
    const boxes = moving.current.flatMap(({ id, ...size }) => {
      const place = places.get(id)
      return place ? [{ x: place[0], y: place[1], ...size }] : []
    })
    const box = boxAround(boxes)
    if (!box) return []
    const { shift, guides } = alignToGuides(box, others.current)
    if (shift[0] !== 0 || shift[1] !== 0) {
      for (const { id } of moving.current) {
        const [x, y] = places.get(id) ?? [0, 0]
        places.set(id, [x + shift[0], y + shift[1]])
      }
    }
    return guides
  }, [])
  return { watch, hold }
}
