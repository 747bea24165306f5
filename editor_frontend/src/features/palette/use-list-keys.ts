import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react'

interface ListKeys {
  index: number
  setIndex: (index: number) => void
  onKeyDown: (event: KeyboardEvent) => void
  listRef: RefObject<HTMLDivElement | null>
}

/** Arrow keys walk through a list while the focus stays in its search field. Goes back to the top when `query` changes. */
export function useListKeys(
  count: number,
  query: string,
  choose: (index: number) => void,
  close: () => void,
): ListKeys {
  const [state, setState] = useState({ query, index: 0 })
  const index = state.query === query ? Math.min(state.index, Math.max(0, count - 1)) : 0
  const setIndex = (next: number) => setState({ query, index: next })
  const listRef = useRef<HTMLDivElement>(null)
  useEffect(() => {
    listRef.current?.querySelector(`[data-index="${index}"]`)?.scrollIntoView?.({ block: 'nearest' })
  }, [index])
  const onKeyDown = (event: KeyboardEvent) => {
    event.stopPropagation()
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 }[event.key]
    if (step !== undefined && count > 0) {
      const isEdge = Math.abs(step) === 1
      setIndex(isEdge ? (index + step + count) % count : Math.max(0, Math.min(count - 1, index + step)))
      event.preventDefault()
    } else if (event.key === 'Enter') {
      event.preventDefault()
      choose(index)
    } else if (event.key === 'Escape' || event.key === 'Tab') {
      event.preventDefault()
      close()
    }
  }
  return { index, setIndex, onKeyDown, listRef }
}
