import type { RunState } from '@/api/run-state'
import { duration } from '@/ui/time'
import { useClock } from '@/ui/use-clock'
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

/** Where the time went: queued, working, waiting. */
export function Waterfall({ state, nameOf, selected, onSelect, moment }: WaterfallProps) {
  const isOpen = state.finishedAt === null && state.steps.length > 0
  const now = useClock(isOpen, 250)
  const { rows, from, to } = waterfallOf(state, now)
  if (rows.length === 0) return <p className={styles.none}>Nothing has started yet.</p>
  return (
    <div className={styles.waterfall}>
      {rows.map((row) => (
        <Row
          key={row.node}
          row={row}
          name={nameOf(row.node)}
          isSelected={row.node === selected}
          onSelect={onSelect}
        />
      ))}
      {moment !== undefined && (
        <span
          className={styles.moment}
          style={{ '--at': Math.min(1, Math.max(0, (moment - from) / (to - from))) } as object}
        />
      )}
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
      aria-label={`${name}: ${row.status}, ${words}`}
      onClick={() => onSelect(row.node)}
    >
      <span className={styles.rowName}>{name}</span>
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
      <span className={styles.spent}>{duration(waiting > working ? waiting : working)}</span>
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
