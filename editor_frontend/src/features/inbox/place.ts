import { useCallback, useMemo } from 'react'
import { useSearchParams } from 'react-router'
import type { InboxView, TaskFilter } from '@/api/inbox'

export const views: { view: InboxView; label: string }[] = [
  { view: 'mine', label: 'Mine' },
  { view: 'teams', label: 'My teams' },
  { view: 'unassigned', label: 'Unassigned' },
  { view: 'overdue', label: 'Overdue' },
  { view: 'everything', label: 'Everything' },
  { view: 'done', label: 'Done' },
]

export const kinds = ['approve', 'choose', 'edit', 'answer', 'repair', 'acknowledge']
export const priorities = ['urgent', 'high', 'normal', 'low']

const limits = ['q', 'queue', 'tag', 'kind', 'priority', 'workflow'] as const

/** The list that an address names; an unknown view is "mine". */
export function placeOf(search: URLSearchParams): TaskFilter {
  const view = views.find((each) => each.view === search.get('view'))?.view ?? 'mine'
  const [q, queue, tag, kind, priority, workflow] = limits.map((name) => search.get(name) ?? '')
  return {
    view,
    q: q ?? '',
    queue: queue ?? '',
    tag: tag ?? '',
    kind: kind ?? '',
    priority: priority ?? '',
    workflow: workflow ?? '',
  }
}

/** The address' part for a list, such as `?view=teams&q=refund`. */
export function searchOf(place: Partial<TaskFilter>): string {
  const said = Object.entries(place).filter(([, value]) => value)
  return `?${new URLSearchParams(said)}`
}

export function isNarrowed(place: TaskFilter): boolean {
  return limits.some((name) => place[name] !== '')
}

/** The list that is shown; it stands in the address, so that it can be linked and reloaded. */
export function usePlace(): [TaskFilter, (change: Partial<TaskFilter>) => void] {
  const [search, setSearch] = useSearchParams()
  const place = useMemo(() => placeOf(search), [search])
  const change = useCallback(
    (changed: Partial<TaskFilter>) =>
      setSearch((before) => searchOf({ ...placeOf(before), ...changed }), { replace: true }),
    [setSearch],
  )
  return [place, change]
}

/** The row `step` places from row `index`; with index -1, from the one that left the list at `stood`. */
export function neighbourOf<T>(
  rows: readonly T[],
  index: number,
  stood: number,
  step: number,
): T | undefined {
  if (index >= 0) return rows[index + step]
  return rows[step > 0 ? stood + step - 1 : stood + step]
}
