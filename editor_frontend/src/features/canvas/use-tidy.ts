import { useCallback } from 'react'
import { moveNodes } from '@/graph/commands'
import type { Point } from '@/graph/document'
import { type LayoutRequest, type LayoutResult, layoutRequest } from '@/graph/layout'
import { useCanvas } from './canvas-context'
import { atRest, type MotionStore } from './canvas-ui'

/** From this size on the layout runs in a worker, so that the page never freezes. */
const workerFrom = 60
const glideMs = 240

/** Lays out the selection, or everything; glides there; one step of undo. */
export function useTidy(afterwards: () => void): () => void {
  const { store, motion, library } = useCanvas()
  return useCallback(async () => {
    const { document, selection } = store.getState()
    const chosen = new Set(
      document.nodes.filter((node) => selection.elements.has(node.id)).map((node) => node.id),
    )
    const request = layoutRequest(document, chosen.size > 1 ? chosen : new Set(), library)
    const result = request.nodes.length < workerFrom ? await inPage(request) : await inWorker(request)
    const starts = new Map(document.nodes.map((node) => [node.id, node.position]))
    await glide(motion, starts, result)
    store.getState().dispatch(moveNodes(new Map(result), { label: 'Tidy up' }))
    motion.setState(atRest)
    if (chosen.size < 2) afterwards()
  }, [store, motion, library, afterwards])
}

/** The layout library is fetched when it is first needed: the canvas opens without it. */
async function inPage(request: LayoutRequest): Promise<LayoutResult> {
  const { computeLayout } = await import('@/graph/compute-layout')
  return computeLayout(request)
}

function inWorker(request: LayoutRequest): Promise<LayoutResult> {
  const worker = new Worker(new URL('../../graph/layout-worker.ts', import.meta.url), { type: 'module' })
  return new Promise<LayoutResult>((resolve, reject) => {
    worker.onmessage = (event: MessageEvent<LayoutResult>) => resolve(event.data)
    worker.onerror = reject
    worker.postMessage(request)
  }).finally(() => worker.terminate())
}

function glide(motion: MotionStore, starts: ReadonlyMap<string, Point>, ends: LayoutResult): Promise<void> {
  const isStill = window.matchMedia('(prefers-reduced-motion: reduce)').matches || ends.length > 300
  if (isStill) return Promise.resolve()
  return new Promise((resolve) => {
    const began = performance.now()
    const frame = (now: number) => {
      const part = Math.min(1, (now - began) / glideMs)
      const eased = 1 - (1 - part) ** 3
      const places = ends.map(([id, [x, y]]): [string, Point] => {
        const [fromX, fromY] = starts.get(id) ?? [x, y]
        return [id, [fromX + (x - fromX) * eased, fromY + (y - fromY) * eased]]
      })
      motion.setState({ places: new Map(places) })
      if (part < 1) requestAnimationFrame(frame)
      else resolve()
    }
    requestAnimationFrame(frame)
  })
}
