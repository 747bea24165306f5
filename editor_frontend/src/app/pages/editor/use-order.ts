import { useRef } from 'react'
import { useStore } from 'zustand'
import type { WorkflowDocument } from '@/graph/document'
import { flowOrder } from '@/graph/order'
import type { WorkflowStore } from '@/graph/workflow-store'

/** Node ids in flow order; the same array until nodes are added, removed, moved or connected. */
export function useFlowOrder(store: WorkflowStore): readonly string[] {
  const document = useStore(store, (state) => state.document)
  const known = useRef<{ document: WorkflowDocument; order: string[] }>(null)
  const before = known.current
  if (before && (before.document === document || sameShape(before.document, document))) return before.order
  const order = flowOrder(document)
  const isSame =
    before?.order.length === order.length && before.order.every((id, index) => id === order[index])
  known.current = { document, order: before && isSame ? before.order : order }
  return known.current.order
}

function sameShape(left: WorkflowDocument, right: WorkflowDocument): boolean {
  if (left.edges !== right.edges || left.nodes.length !== right.nodes.length) return false
  return left.nodes.every((node, index) => {
    const other = right.nodes[index]
    return other === node || (other?.id === node.id && other.position === node.position)
  })
}
