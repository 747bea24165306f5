import { useMemo, useState } from 'react'
import styles from './chosen.module.css'
import type { Column } from './Table'

export interface Chosen<T> {
  rows: T[]
  column: Column<T>
  clear: () => void
}

/** The rows that are ticked, in their order, and the column to tick them in. `labelOf` names a row's box. */
export function useChosen<T extends { id: string }>(
  rows: readonly T[],
  labelOf: (row: T) => string,
): Chosen<T> {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const column = useMemo<Column<T>>(
    () => ({
      key: 'chosen',
      title: '',
      width: '44px',
      cell: (row) => (
        <label className={styles.tick}>
          <input
            type="checkbox"
            aria-label={labelOf(row)}
            checked={ids.has(row.id)}
            onChange={() => setIds(toggled(ids, row.id))}
          />
        </label>
      ),
    }),
    [ids, labelOf],
  )
  return { rows: rows.filter(({ id }) => ids.has(id)), column, clear: () => setIds(new Set()) }
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}
