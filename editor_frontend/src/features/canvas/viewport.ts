/** Where a workflow was looked at last, kept in this browser. */
import type { Viewport } from '@xyflow/react'
import type { WorkflowDocument } from '@/graph/document'
import { type Distance, distanceAt } from './canvas-ui'

const keyOf = (workflowId: string) => `viewport:${workflowId}`
/** A graph of this size fits in only from afar. */
const manyNodes = 150

export function rememberViewport(workflowId: string, viewport: Viewport): void {
  localStorage.setItem(keyOf(workflowId), JSON.stringify(viewport))
}

export function readViewport(workflowId: string): Viewport | null {
  try {
    const value = JSON.parse(localStorage.getItem(keyOf(workflowId)) ?? 'null') as Partial<Viewport> | null
    const isWhole = [value?.x, value?.y, value?.zoom].every(
      (part) => typeof part === 'number' && Number.isFinite(part),
    )
    return isWhole ? (value as Viewport) : null
  } catch {
    return null
  }
}

/** How far away the graph will be once it is there: a thousand cards are drawn once, not twice. */
export function openingDistance(
  { id, document }: { id: string; document: WorkflowDocument },
  isReadOnly: boolean,
): Distance {
  const stored = isReadOnly ? null : readViewport(id)
  if (stored) return distanceAt(stored.zoom)
  return document.nodes.length > manyNodes ? 'distant' : 'near'
}
