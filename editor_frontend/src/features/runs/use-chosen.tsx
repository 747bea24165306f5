import { useMemo, useState } from 'react'
import type { RunSummary } from '@/api/types'
import type { Column } from '@/ui/Table'
import styles from './runs.module.css'

interface Chosen {
  runs: RunSummary[]
  column: Column<RunSummary>
  clear: () => void
}

/** The runs that are ticked, newest first, and the column to tick them in. */
export function useChosen(rows: readonly RunSummary[]): Chosen {
  const [ids, setIds] = useState<ReadonlySet<string>>(new Set())
  const column = useMemo<Column<RunSummary>>(
    () => ({
      key: 'chosen',
      title: '',
      width: '44px',
      cell: (run) => (
        <label className={styles.tick}>
          <input
            type="checkbox"
            aria-label={`Choose this run of ${run.workflow_name}, ${run.status}`}
            checked={ids.has(run.id)}
            onChange={() => setIds(toggled(ids, run.id))}
          />
        </label>
      ),
    }),
    [ids],
  )
  return { runs: rows.filter(({ id }) => ids.has(id)), column, clear: () => setIds(new Set()) }
}

function toggled(ids: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return next
}
