import { type EdgeChange, type NodeChange, useReactFlow } from '@xyflow/react'
import { type FocusEvent, type PointerEvent, useCallback, useMemo, useRef } from 'react'
import { useCanvas } from './canvas-context'
import { focusedNode } from './hit-test'
import type { FlowEdge, FlowNode } from './mapping'

type SelectChange = { type: 'select'; id: string; selected: boolean }

/** Takes the library's selection into the store, which is where it lives. */
export function useSelection() {
  const { store } = useCanvas()
  const { kept, marquee } = useAddingMarquee()
  const selectNodes = useCallback(
    (changes: NodeChange<FlowNode>[]) => {
      const { selection, select } = store.getState()
      const elements = applied(selection.elements, changes.filter(isSelect))
      if (elements) select(new Set([...kept.current, ...elements]), selection.edges)
    },
    [store, kept],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<FlowEdge>[]) => {
      const { selection, select } = store.getState()
      const edges = applied(selection.edges, changes.filter(isSelect))
      if (edges) select(selection.elements, edges)
    },
    [store],
  )
  return { selectNodes, onEdgesChange, marquee, onFocus: useFocusSelects() }
}

/** With Shift a marquee adds. The library starts each one with nothing selected, so what was is kept here. */
function useAddingMarquee() {
  const { store } = useCanvas()
  const before = useRef<ReadonlySet<string>>(new Set())
  const kept = useRef<ReadonlySet<string>>(new Set())
  const marquee = useMemo(
    () => ({
      onPointerDownCapture: (event: PointerEvent) => {
        kept.current = new Set()
        before.current = event.shiftKey ? store.getState().selection.elements : new Set()
      },
      onSelectionStart: () => {
        kept.current = before.current
        store.getState().select(kept.current)
      },
      onSelectionEnd: () => {
        kept.current = new Set()
      },
    }),
    [store],
  )
  return { kept, marquee }
}

/** The node that the keyboard goes to is the selected one, and in sight: what is done next is done to it. */
function useFocusSelects() {
  const { store } = useCanvas()
  const flow = useReactFlow()
  return useCallback(
    ({ target, currentTarget }: FocusEvent) => {
      const id = focusedNode(target)
      if (!id || !target.matches(':focus-visible')) return
      const { selection, select } = store.getState()
      if (!selection.elements.has(id)) select([id])
      if (!isInside(target.getBoundingClientRect(), currentTarget.getBoundingClientRect()))
        void flow.fitView({
          nodes: [{ id }],
          maxZoom: flow.getZoom(),
          minZoom: flow.getZoom(),
          duration: 220,
        })
    },
    [store, flow],
  )
}

function isInside(inner: DOMRect, outer: DOMRect): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  )
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
