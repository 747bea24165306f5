import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import type { RunState } from '@/api/run-state'
import { duration } from '@/ui/time'
import { useClock } from '@/ui/use-clock'
import { useIsPhone } from '@/ui/use-media'
import styles from './replay.module.css'
import { type WaterfallRow, waterfallOf } from './waterfall-rows'

export interface WaterfallProps {
  state: RunState
  nameOf: (nodeId: string) => string
  /** The node whose row is marked. */
  selected: string | null
  onSelect: (nodeId: string) => void
  /** A moment in the run, epoch milliseconds, marked by a line. */
  moment?: number
}

const [rowHeight, fingerHeight] = [24, 44]

/** Where the time went: queued, working, waiting. Only the rows in view are drawn. */
export function Waterfall({ state, nameOf, selected, onSelect, moment }: WaterfallProps) {
  const isOpen = state.finishedAt === null && state.steps.length > 0
  const now = useClock(isOpen, 250)
  const { rows, from, to } = waterfallOf(state, now)
  const isPhone = useIsPhone()
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (isPhone ? fingerHeight : rowHeight),
    overscan: 6,
  })
  if (rows.length === 0) return <p className={styles.none}>Nothing has started yet.</p>
  return (
    <div ref={scroller} className={styles.scroller}>
      <div className={styles.waterfall} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ index, start }) => {
          const row = rows[index]
          if (!row) return null
          return (
            <div key={row.node} className={styles.slot} style={{ transform: `translateY(${start}px)` }}>
              <Row row={row} name={nameOf(row.node)} isSelected={row.node === selected} onSelect={onSelect} />
            </div>
          )
        })}
        {moment !== undefined && (
          <span
            className={styles.moment}
            style={{ '--at': Math.min(1, Math.max(0, (moment - from) / (to - from))) } as object}
          />
        )}
      </div>
    </div>
  )
}

interface RowProps {
  row: WaterfallRow
  name: string
  isSelected: boolean
  onSelect: (nodeId: string) => void
}

function Row({ row, name, isSelected, onSelect }: RowProps) {
  const { queued, working, waiting } = row.spent
  const words = [
    `working ${duration(working)}`,
    queued >= 1 && `queued ${duration(queued)}`,
    waiting >= 1 && `waiting ${duration(waiting)}`,
  ]
    .filter(Boolean)
    .join(', ')
  return (
    <button
      type="button"
      className={styles.row}
      aria-pressed={isSelected}
      title={words}
      onClick={() => onSelect(row.node)}
    >
      <span className={styles.rowName}>
        {name}
        <span className="visually-hidden">{`: ${row.status}, ${words}`}</span>
      </span>
      <span className={styles.track}>
        {row.bars.map((bar) => (
          <span
            key={`${bar.kind}${bar.from}`}
            className={styles.bar}
            data-kind={bar.kind}
            data-status={row.status}
            style={{ left: `${bar.from * 100}%`, width: `${Math.max(0, bar.to - bar.from) * 100}%` }}
          />
        ))}
      </span>
      <span className={styles.spent} aria-hidden="true">
        {duration(waiting > working ? waiting : working)}
      </span>
    </button>
  )
}

export function WaterfallLegend() {
  return (
    <span className={styles.legend} aria-hidden="true">
      <i data-kind="queued" /> queued <i data-kind="working" /> working <i data-kind="waiting" /> waiting
    </span>
  )
}
