import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client'
import type { JsonObject, Page, TaskDetail, TaskRow } from './types'

export type InboxView = 'mine' | 'everything' | 'overdue' | 'done'

export const inboxKeys = {
  all: ['inbox'] as const,
  one: (id: string) => ['task', id] as const,
}

export function tasksQuery(view: InboxView, q: string) {
  const filter = view === 'done' ? { status: 'done' } : { status: 'open', view }
  return infiniteQueryOptions({
    queryKey: [...inboxKeys.all, view, q],
    queryFn: ({ pageParam, signal }) =>
      request<Page<TaskRow>>('GET', '/inbox', { query: { ...filter, q, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

export function taskQuery(id: string) {
  return queryOptions({
    queryKey: inboxKeys.one(id),
    queryFn: ({ signal }) => request<TaskDetail>('GET', `/inbox/${id}`, { signal }),
  })
}

export interface DecisionBody {
  outcome: string
  comment?: string
  /** Only the values that were changed. */
  proposed?: JsonObject
  nonce: string
  revision?: number
}

export function useDecide(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: DecisionBody) => request<TaskRow>('POST', `/inbox/${id}/decide`, { body }),
    onSettled: () =>
      Promise.all([
        client.invalidateQueries({ queryKey: inboxKeys.all }),
        client.invalidateQueries({ queryKey: inboxKeys.one(id) }),
      ]),
  })
}

export function useComment(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (text: string) => request<TaskDetail>('POST', `/inbox/${id}/comment`, { body: { text } }),
    onSuccess: (task) => client.setQueryData(inboxKeys.one(id), task),
  })
}
