import { useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { RunFilter } from '@/api/runs'
import type { RunSummary } from '@/api/types'

export const times = [
  { value: '', label: 'Any time' },
  { value: '1', label: 'Last hour' },
  { value: '24', label: 'Last 24 hours' },
  { value: '168', label: 'Last 7 days' },
  { value: '720', label: 'Last 30 days' },
]

const hourMs = 3_600_000

export interface RunFilters {
  workflow: string
  status: string
  /** Hours back. */
  hours: string
  text: string
  isAny: boolean
  /** For the list. */
  query: RunFilter
  /** Whether a run that came live belongs to it; not for its text, which only the server can look up. */
  matches: (run: RunSummary) => boolean
  set: (name: 'workflow' | 'status' | 'hours' | 'text', value: string) => void
}

/** The filters, kept in the address of the page. */
export function useRunFilters(): RunFilters {
  const [search, setSearch] = useSearchParams()
  const [workflow, status, hours, text] = ['workflow', 'status', 'hours', 'text'].map(
    (name) => search.get(name) ?? '',
  ) as [string, string, string, string]
  // Fixed when it is chosen: a moment that moves on would be another list with each render.
  const since = useMemo(
    () => (Number(hours) > 0 ? new Date(Date.now() - Number(hours) * hourMs).toISOString() : ''),
    [hours],
  )
  return useMemo(
    () => ({
      workflow,
      status,
      hours,
      text,
      isAny: Boolean(workflow || status || hours || text),
      query: { workflow, status, ...(since && { since }), ...(text && { text }) },
      matches: (run) =>
        (!workflow || run.workflow_id === workflow) &&
        (!status || status.split(',').includes(run.status)) &&
        (!since || run.created_at >= since),
      set: (name, value) =>
        setSearch(
          (before) => {
            if (value) before.set(name, value)
            else before.delete(name)
            return before
          },
          { replace: true },
        ),
    }),
    [workflow, status, hours, text, since, setSearch],
  )
}
