import { useVirtualizer } from '@tanstack/react-virtual'
import { useEffect, useRef } from 'react'
import type { JsonObject } from '@/api/types'
import { fieldExpression } from '@/forms/schema'
import { classes } from '@/ui/classes'
import { DragField } from './DragField'
import styles from './ItemTable.module.css'
import { columnsOf, inline } from './paths'

export interface ItemRows {
  /** How many rows; with a search, only those that match. */
  count: number
  item: (row: number) => JsonObject | undefined
  /** The item's place in the whole list. */
  place: (row: number) => number
}

interface ItemViewProps {
  rows: ItemRows
  start: string
  current: number
  onCurrent?: (place: number) => void
  onRange: (first: number, last: number) => void
}

const rowHeight = 30
const sampled = 100

/** Any number of rows: only those in sight are drawn. */
export function ItemTable({ rows, start, current, onCurrent, onRange }: ItemViewProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.count,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 12,
  })
  const visible = virtual.getVirtualItems()
  useRange(visible, onRange)
  const columns = columnsOf(Array.from({ length: Math.min(sampled, rows.count) }, (_, row) => rows.item(row)))
  const template = `48px repeat(${Math.max(1, columns.length)}, minmax(140px, 1fr))`
  return (
    <div
      ref={scroller}
      className={styles.scroller}
      role="table"
      aria-rowcount={rows.count + 1}
      aria-label="Items"
    >
      <div className={styles.head} role="row" tabIndex={-1} style={{ gridTemplateColumns: template }}>
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
              className={classes(styles.row, onCurrent && place === current && styles.current)}
              style={{ gridTemplateColumns: template, transform: `translateY(${row.start}px)` }}
              onClick={() => onCurrent?.(place)}
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

function useRange(visible: { index: number }[], onRange: ItemViewProps['onRange']): void {
  const first = visible[0]?.index ?? 0
  const last = visible.at(-1)?.index ?? 0
  useEffect(() => onRange(first, last), [first, last, onRange])
}

/** Whole items as text, one block each. */
export function ItemJson({ rows, current, onRange }: Omit<ItemViewProps, 'start'>) {
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
