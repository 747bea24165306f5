import { useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { findInDocument } from '@/graph/search'
import { SearchInput } from '@/ui/SearchInput'
import styles from './Canvas.module.css'
import { useCanvas, useCanvasUi } from './canvas-context'
import { showNode } from './view-actions'

export function FindBar() {
  const isFinding = useCanvasUi((ui) => ui.isFinding)
  return isFinding ? <FindPanel /> : null
}

/** Finds names, settings, prompts, expressions and notes. Enter goes to the next one. */
function FindPanel() {
  const { store, ui } = useCanvas()
  const flow = useReactFlow()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => panel.current?.querySelector('input')?.focus(), [])
  const [query, setQuery] = useState('')
  const [current, setCurrent] = useState(0)
  const found = useMemo(() => findInDocument(store.getState().document, query), [store, query])
  const go = (index: number) => {
    const target = found[(index + found.length) % found.length]
    if (!target) return
    setCurrent((index + found.length) % found.length)
    showNode({ store, flow }, target.id)
  }
  return (
    <search
      ref={panel}
      className={`${styles.find} nowheel nodrag nopan`}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Escape') ui.setState({ isFinding: false })
        if (event.key === 'Enter' || event.key === 'ArrowDown') go(current + (event.shiftKey ? -1 : 1))
        if (event.key === 'ArrowUp') go(current - 1)
      }}
    >
      <SearchInput
        label="Find on the canvas"
        value={query}
        onChange={(value) => {
          setQuery(value)
          setCurrent(-1)
        }}
      />
      {query && (
        <div className={styles.found}>
          {found.length === 0 && <p className={styles.where}>Nothing found</p>}
          {found.map((one, index) => (
            <button key={one.id} type="button" aria-current={index === current} onClick={() => go(index)}>
              {one.title}
              <span className={styles.where}>{one.where === 'name' ? '' : one.excerpt}</span>
            </button>
          ))}
        </div>
      )}
    </search>
  )
}
