import {
  infiniteQueryOptions,
  type QueryClient,
  queryOptions,
  useMutation,
  useQueryClient,
} from '@tanstack/react-query'
import { type ApiPath, request } from './client'
import type {
  Absence,
  InboxFigures,
  JsonObject,
  Page,
  SavedFilter,
  StepLines,
  TaskDetail,
  TaskRow,
  TaskSummary,
  TasksDecided,
  ViewCounts,
} from './types'

export type InboxView = 'mine' | 'teams' | 'unassigned' | 'overdue' | 'everything' | 'done'

/** Which tasks a list shows; empty strings leave a limit out. */
export interface TaskFilter {
  view: InboxView
  q: string
  queue: string
  tag: string
  kind: string
  priority: string
  workflow: string
}

export const inboxKeys = {
  all: ['inbox'] as const,
  lists: ['inbox', 'list'] as const,
  one: (id: string) => ['inbox', 'task', id] as const,
}

function listPage(filter: TaskFilter, cursor: string | null, limit: number, signal?: AbortSignal) {
  const { view, ...narrow } = filter
  const which = view === 'done' ? { status: 'done' } : { status: 'open', view }
  return request<Page<TaskRow>>('GET', '/inbox', { query: { ...which, ...narrow, cursor, limit }, signal })
}

export function tasksQuery(filter: TaskFilter) {
  return infiniteQueryOptions({
    queryKey: [...inboxKeys.lists, filter],
    queryFn: ({ pageParam, signal }) => listPage(filter, pageParam, 50, signal),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

/** The tasks of a list that come first, once, without keeping them. */
export async function firstTasks(view: InboxView): Promise<TaskRow[]> {
  const filter = { view, q: '', queue: '', tag: '', kind: '', priority: '', workflow: '' }
  return (await listPage(filter, null, 50)).items
}

export function taskQuery(id: string) {
  return queryOptions({
    queryKey: inboxKeys.one(id),
    queryFn: ({ signal }) => request<TaskDetail>('GET', `/inbox/${id}`, { signal }),
  })
}

/** The latest steps of a task's run: again with each news of the inbox, and while steps are at work. */
export function runStepsQuery(runId: string, decidedAt: string | null) {
  const isGoingOn = () => decidedAt !== null && Date.now() - Date.parse(decidedAt) < 10_000
  return queryOptions({
    queryKey: [...inboxKeys.all, 'steps', runId],
    queryFn: ({ signal }) =>
      request<StepLines>('GET', `/runs/${runId}/steps`, { query: { limit: 12 }, signal }),
    refetchInterval: ({ state }) =>
      isGoingOn() || state.data?.items.some(({ status }) => status === 'running') ? 1000 : false,
  })
}

export const viewCountsQuery = queryOptions({
  queryKey: [...inboxKeys.all, 'views'],
  queryFn: ({ signal }) => request<ViewCounts>('GET', '/inbox/views', { signal }),
})

export const peopleQuery = queryOptions({
  queryKey: ['inbox-people'],
  queryFn: async ({ signal }) =>
    (await request<{ items: string[] }>('GET', '/inbox/people', { signal })).items,
})

export function figuresQuery(days: number) {
  return queryOptions({
    queryKey: [...inboxKeys.all, 'figures', days],
    queryFn: ({ signal }) => request<InboxFigures>('GET', '/inbox/figures', { query: { days }, signal }),
  })
}

export interface DecisionBody {
  outcome: string
  comment?: string
  /** Only the values that were changed. */
  proposed?: JsonObject
  /** The answers to the task's form. */
  answer?: JsonObject
  nonce: string
  revision?: number
  /** Where the task asks for it again. */
  password?: string
}

export function useDecide(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: DecisionBody) => request<TaskRow>('POST', `/inbox/${id}/decide`, { body }),
    meta: { showsOwnErrors: true },
    onSettled: () => refreshInbox(client),
  })
}

/** What can be done with a task besides deciding it: the path below the task, and what is sent. */
export type Handling =
  | { act: 'claim'; body: { take_over: boolean } }
  | { act: 'release'; body?: undefined }
  | { act: 'reassign'; body: { to: string[]; note: string } }
  | { act: 'snooze'; body: { until: string | null } }
  | { act: 'comment'; body: { text: string } }
  | { act: 'watch'; body?: undefined }
  | { act: 'unwatch'; body?: undefined }

export function useHandle(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ act, body }: Handling) => {
      const path: ApiPath<'POST'> = `/inbox/${id}/${act === 'unwatch' ? 'watch' : act}`
      return act === 'unwatch'
        ? request<TaskDetail>('DELETE', `/inbox/${id}/watch`)
        : request<TaskDetail>('POST', path, { body: body ?? {} })
    },
    onSuccess: (task) => {
      client.setQueryData(inboxKeys.one(id), task)
      return client.invalidateQueries({ queryKey: inboxKeys.lists })
    },
    // Somebody else may have been quicker: show how it stands.
    onError: () => refreshInbox(client),
  })
}

export function summarize(ids: readonly string[]): Promise<TaskSummary> {
  return request<TaskSummary>('POST', '/inbox/summary', { body: { ids } })
}

export interface SeveralBody {
  tasks: { id: string; nonce: string }[]
  outcome: string
  comment: string
}

export function useDecideSeveral() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: SeveralBody) => request<TasksDecided>('POST', '/inbox/decide', { body }),
    onSettled: () => refreshInbox(client),
  })
}

export const filtersQuery = queryOptions({
  queryKey: ['inbox-filters'],
  queryFn: async ({ signal }) =>
    (await request<{ items: SavedFilter[] }>('GET', '/inbox/filters', { signal })).items,
})

export function useSaveFilter() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: TaskFilter & { name: string }) =>
      request<SavedFilter>('POST', '/inbox/filters', { body }),
    onSuccess: () => client.invalidateQueries(filtersQuery),
  })
}

export function useForgetFilter() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/inbox/filters/${id}`),
    onSuccess: () => client.invalidateQueries(filtersQuery),
  })
}

export const absenceQuery = queryOptions({
  queryKey: ['inbox-absence'],
  queryFn: ({ signal }) => request<Absence>('GET', '/inbox/absence', { signal }),
})

export function useSetAbsence() {
  const client = useQueryClient()
  return useMutation({
    /** Null: back again. */
    mutationFn: (absence: { deputy: string; begins_at: string; ends_at: string } | null) =>
      absence
        ? request<Absence | undefined>('PUT', '/inbox/absence', { body: absence })
        : request<undefined>('DELETE', '/inbox/absence'),
    onSuccess: () => client.invalidateQueries(absenceQuery),
  })
}

function refreshInbox(client: QueryClient): Promise<void> {
  return client.invalidateQueries({ queryKey: inboxKeys.all })
}
