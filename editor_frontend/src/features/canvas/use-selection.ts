import type { EdgeChange, NodeChange } from '@xyflow/react'
import { useCallback } from 'react'
import { useCanvas } from './canvas-context'
import type { FlowEdge, FlowNode } from './mapping'

type SelectChange = { type: 'select'; id: string; selected: boolean }

/** Takes the library's selection into the store, which is where it lives. */
export function useSelection() {
  const { store } = useCanvas()
  const selectNodes = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const { selection, select } = store.getState()
      const elements = applied(selection.elements, changes.filter(isSelect))
      if (elements) select(elements, selection.edges)
    },
    [store],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const { selection, select } = store.getState()
      const edges = applied(selection.edges, changes.filter(isSelect))
      if (edges) select(selection.elements, edges)
    },
    [store],
  )
  return { selectNodes, onEdgesChange }
}

function isSelect<Change extends { type: string }>(change: Change): change is Change & SelectChange {
  return change.type === 'select'
}

function applied(current: ReadonlySet<string>, changes: SelectChange[]): Set<string> | null {
  if (changes.length === 0) return null
  const next = new Set(current)
  for (const { id, selected } of changes) {
    if (selected) next.add(id)
    else next.delete(id)
  }
  return next
}
