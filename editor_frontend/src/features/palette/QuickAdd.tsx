import { BookOpen, Search } from 'lucide-react'
import { type CSSProperties, useEffect, useMemo, useRef, useState } from 'react'
import type { Point } from '@/graph/document'
import type { NodeGroupInfo, NodeTypeInfo } from '@/graph/node-type'
import { nodeTypeDrag, type PlaceRequest } from '@/graph/place'
import { SvgIcon } from '@/ui/SvgIcon'
import { paletteChoices } from './choices'
import styles from './palette.module.css'
import { readRecent, rememberRecent } from './recent'
import { useListKeys } from './use-list-keys'

export interface QuickAddProps {
  request: PlaceRequest
  screen: Point
  types: readonly NodeTypeInfo[]
  groups: readonly NodeGroupInfo[]
  isEmptyCanvas: boolean
  onPick: (type: NodeTypeInfo) => void
  onClose: () => void
}

const size = { width: 360, height: 420 }

/** The palette at the pointer: type a few letters, Enter adds; or drag an entry onto the canvas. */
export function QuickAdd({ request, screen, types, groups, isEmptyCanvas, onPick, onClose }: QuickAddProps) {
  const [query, setQuery] = useState('')
  const [recent] = useState(readRecent)
  const sections = useMemo(
    () => paletteChoices({ query, types, groups, recent, place: request, isEmptyCanvas }),
    [query, types, groups, recent, request, isEmptyCanvas],
  )
  const flat = sections.flatMap((section) => section.types)
  const pick = (type: NodeTypeInfo | undefined) => {
    if (!type) return
    rememberRecent(type.key)
    onPick(type)
  }
  const keys = useListKeys(flat.length, query, (index) => pick(flat[index]), onClose)
  const current = flat[keys.index]
  const box = useCloseOutside(onClose)
  const starts = sections.map((_, at) =>
    sections.slice(0, at).reduce((sum, section) => sum + section.types.length, 0),
  )
  return (
    <div ref={box} className={styles.quickAdd} style={placeOf(screen)} role="dialog" aria-label="Add a node">
      <div className={styles.field}>
        <Search aria-hidden="true" />
        <input
          // biome-ignore lint/a11y/noAutofocus: opened to type in
          autoFocus
          role="combobox"
          aria-expanded="true"
          aria-controls="quick-add-list"
          aria-activedescendant={flat.length > 0 ? `choice-${keys.index}` : undefined}
          aria-label="Search nodes"
          placeholder={isEmptyCanvas ? 'What starts it?' : 'Search nodes'}
          value={query}
          onChange={(event) => setQuery(event.target.value)}
          onKeyDown={keys.onKeyDown}
        />
      </div>
      <div ref={keys.listRef} id="quick-add-list" className={styles.list} role="listbox" aria-label="Nodes">
        {flat.length === 0 && <p className={styles.none}>Nothing is called “{query}”. Try another word.</p>}
        {sections.map((section, at) => (
          // biome-ignore lint/a11y/useSemanticElements: a fieldset is no part of a list box
          <div key={section.title} role="group" aria-label={section.title}>
            {section.title !== 'Found' && (
              <div className={styles.heading} aria-hidden="true">
                {section.title}
              </div>
            )}
            {section.types.map((type, offset) => (
              <Choice
                key={type.key}
                type={type}
                index={(starts[at] ?? 0) + offset}
                current={keys.index}
                icon={groups.find((group) => group.key === type.group)?.icon}
                onHover={keys.setIndex}
                onPick={() => pick(type)}
                onDragged={onClose}
              />
            ))}
          </div>
        ))}
      </div>
      {current && (
        <a className={styles.foot} href={`/help/${current.key}`} target="_blank" rel="noreferrer">
          <BookOpen aria-hidden="true" />
          {`How to use ${current.title}`}
        </a>
      )}
    </div>
  )
}

interface ChoiceProps {
  type: NodeTypeInfo
  index: number
  current: number
  icon: string | undefined
  onHover: (index: number) => void
  onPick: () => void
  onDragged: () => void
}

function Choice({ type, index, current, icon, onHover, onPick, onDragged }: ChoiceProps) {
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the search field above has the keys
    <div
      id={`choice-${index}`}
      data-index={index}
      role="option"
      tabIndex={-1}
      aria-selected={index === current}
      className={styles.choice}
      style={{ '--group': `var(--${type.group}, var(--flow))` } as CSSProperties}
      draggable
      onDragStart={(event) => {
        event.dataTransfer.setData(nodeTypeDrag, type.key)
        event.dataTransfer.effectAllowed = 'copy'
        const panel = event.currentTarget.closest<HTMLElement>('[role="dialog"]')
        // Hidden only after the browser has taken its picture of the entry.
        requestAnimationFrame(() => panel?.setAttribute('data-dragging', ''))
      }}
      onDragEnd={onDragged}
      onPointerMove={() => index !== current && onHover(index)}
      onClick={onPick}
    >
      <SvgIcon className={styles.icon} svg={icon ?? ''} />
      <span className={styles.words}>
        <strong>{type.title}</strong>
        <span>{type.summary}</span>
      </span>
    </div>
  )
}

function placeOf([x, y]: Point): CSSProperties {
  const left = Math.max(8, Math.min(x, window.innerWidth - size.width - 8))
  const top = Math.max(8, Math.min(y, window.innerHeight - size.height - 8))
  return { left, top, width: size.width, maxHeight: size.height }
}

function useCloseOutside(close: () => void) {
  const box = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const onPointerDown = (event: PointerEvent) => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) close()
    }
    window.addEventListener('pointerdown', onPointerDown, true)
    return () => window.removeEventListener('pointerdown', onPointerDown, true)
  }, [close])
  return box
}
