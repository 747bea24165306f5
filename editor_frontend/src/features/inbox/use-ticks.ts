import { useMemo, useState } from 'react'
import type { TaskRow } from '@/api/types'

export interface Ticks {
  /** The ticked tasks that are still open, in the order of the list. */
  ids: readonly string[]
  has: (id: string) => boolean
  toggle: (id: string) => void
  clear: () => void
}

/** Which rows are ticked. A live update takes no tick away, unless the task was decided meanwhile. */
export function useTicks(rows: readonly TaskRow[]): Ticks {
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set())
  const ids = useMemo(
    () => rows.filter((row) => row.status === 'open' && ticked.has(row.id)).map((row) => row.id),
    [rows, ticked],
  )
  return {
    ids,
    has: (id) => ticked.has(id),
    toggle: (id) =>
      setTicked((before) => {
        const after = new Set(before)
        if (!after.delete(id) && rows.some((row) => row.id === id && row.status === 'open')) after.add(id)
        return after
      }),
    clear: () => setTicked(new Set()),
  }
}
