import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { JsonObject } from '@/api/types'
import { fieldExpression } from '@/forms/schema'
import { classes } from '@/ui/classes'
import { DragField } from './DragField'
import styles from './ItemTable.module.css'
import { type Hovered, isRelated, useHoveredOpposite, useLineageStore } from './lineage'
import { columnsOf, inline } from './paths'

export interface ItemRows {
  /** How many rows; with a search, only those that match. */
  count: number
  item: (row: number) => JsonObject | undefined
  /** The item's place in the whole list. */
  place: (row: number) => number
  /** Of output items: the places of the input items that it came from. */
  origins: (row: number) => readonly number[]
}

interface ItemViewProps {
  rows: ItemRows
  start: string
  current: number
  onCurrent?: (place: number) => void
  onRange: (first: number, last: number) => void
  /** Which side of the step it is, where what belongs together is marked; null elsewhere. */
  side: Hovered['side'] | null
  /** How many input items stand before these: those of the ports before. */
  before: number
}

const rowHeight = 30
const numberWidth = 48
const columnWidth = 140
const sampled = 100

/** Any number of rows: only those in sight are drawn. */
export function ItemTable({ rows, start, current, onCurrent, onRange, side, before }: ItemViewProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const visible = virtual.getVirtualItems()
  useRange(visible, onRange)
  const lineage = useLineageStore()
  const opposite = useHoveredOpposite(side ?? 'in')
  const hovered = side ? opposite : null
  const isMarked = (row: number) => isRelated(hovered, rows.place(row) + before, rows.origins(row))
  const hover = (row: number | null) => {
    if (!side) return
    const place = row === null ? null : { side, place: rows.place(row) + before, origins: rows.origins(row) }
    lineage.setState({ hovered: place })
  }
  useScrollToOrigin(hovered, rows, before, (row) => virtual.scrollToIndex(row))
  const columns = columnsOf(Array.from({ length: Math.min(sampled, rows.count) }, (_, row) => rows.item(row)))
  const count = Math.max(1, columns.length)
  const grid = {
    gridTemplateColumns: `${numberWidth}px repeat(${count}, minmax(${columnWidth}px, 1fr))`,
    // Head and rows are grids of their own: only the same width gives them the same columns.
    minWidth: numberWidth + count * columnWidth,
  }
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="table"
      aria-rowcount={rows.count + 1}
      aria-label="Items"
    >
      <div className={styles.head} role="row" tabIndex={-1} style={grid}>
        <span className={styles.number} role="columnheader">
          #
        </span>
        {columns.map((name) => (
          <span key={name} role="columnheader">
            <DragField expression={fieldExpression([name], start)}>{name}</DragField>
          </span>
        ))}
      </div>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {visible.map((row) => {
          const item = rows.item(row.index)
          const place = rows.place(row.index)
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the stepper above has the keys
            <div
              key={row.key}
              role="row"
              tabIndex={-1}
              aria-rowindex={row.index + 2}
              aria-selected={place === current}
              className={classes(
                styles.row,
                onCurrent && place === current && styles.current,
                isMarked(row.index) && styles.related,
              )}
              data-related={isMarked(row.index) || undefined}
              style={{ ...grid, transform: `translateY(${row.start}px)` }}
              onClick={() => onCurrent?.(place)}
              onMouseEnter={() => hover(row.index)}
              onMouseLeave={() => hover(null)}
            >
              <span className={styles.number} role="rowheader">
                {place + 1}
              </span>
              {columns.map((name) => (
                <span key={name} role="cell" className={styles.cell}>
                  {item ? inline(item[name], 120) : '…'}
                </span>
              ))}
            </div>
          )
        })}
      </div>
    </div>
  )
}

/** Brings the first input item that the hovered output item came from into sight. */
function useScrollToOrigin(
  hovered: Hovered | null,
  rows: ItemRows,
  before: number,
  show: (row: number) => void,
): void {
  const latest = useRef({ rows, show })
  latest.current = { rows, show }
  const origin = hovered?.side === 'out' ? hovered.origins[0] : undefined
  useEffect(() => {
    if (origin === undefined) return
    const row = origin - before
    // A search hides rows: then places are no rows.
    const { rows: shown, show: scroll } = latest.current
    if (row >= 0 && row < shown.count && shown.place(row) === row) scroll(row)
  }, [origin, before])
}

function useRange(visible: { index: number }[], onRange: ItemViewProps['onRange']): void {
  const first = visible[0]?.index ?? 0
  const last = visible.at(-1)?.index ?? 0
  useEffect(() => onRange(first, last), [first, last, onRange])
}

/** Whole items as text, one block each. */
export function ItemJson({ rows, current, onRange }: Pick<ItemViewProps, 'rows' | 'current' | 'onRange'>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => 160,
    overscan: 4,
  })
  const visible = virtual.getVirtualItems()
  useRange(visible, onRange)
  return (
    <div ref={scroller} className={styles.scroller}>
      <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
        {visible.map((row) => (
          <div
            key={row.key}
            ref={virtual.measureElement}
            data-index={row.index}
            className={classes(styles.block, rows.place(row.index) === current && styles.currentBlock)}
            style={{ transform: `translateY(${row.start}px)` }}
          >
            <span className={styles.blockNumber}>{rows.place(row.index) + 1}</span>
            <pre className={styles.json}>{JSON.stringify(rows.item(row.index), null, 2) ?? '…'}</pre>
          </div>
        ))}
      </div>
    </div>
  )
}
