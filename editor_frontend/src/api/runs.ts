import { infiniteQueryOptions, queryOptions, useMutation } from '@tanstack/react-query'
import { request } from './client'
import type { BulkDone, Page, RunDetail, RunSummary, StepDetail } from './types'

export interface RunFilter {
  workflow?: string
  /** One or several, separated by commas. */
  status?: string
  /** ISO 8601: made from then on. */
  since?: string
  /** Stands in the items, params or errors of the run. */
  text?: string
}

/** With a text, `looked` says how many runs were looked into. */
export type RunPage = Page<RunSummary> & { looked?: number }

export const runKeys = {
  all: ['runs'] as const,
  one: (id: string) => ['run', id] as const,
}

export function runsQuery(filter: RunFilter = {}, limit = 50) {
  return infiniteQueryOptions({
    queryKey: [...runKeys.all, filter, limit],
    queryFn: ({ pageParam, signal }) =>
      request<RunPage>('GET', '/runs', { query: { ...filter, cursor: pageParam, limit }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

/** With the frozen document and all events so far. */
export function runQuery(id: string) {
  return queryOptions({
    queryKey: runKeys.one(id),
    queryFn: ({ signal }) => request<RunDetail>('GET', `/runs/${id}`, { signal }),
  })
}

export interface StepSlice {
  port?: string
  side?: 'in' | 'out'
  offset?: number
  limit?: number
}

/** `isFinal`: the step has ended, so that the answer will not change. */
export function stepQuery(runId: string, step: string, slice: StepSlice = {}, isFinal = false) {
  return queryOptions({
    queryKey: [...runKeys.one(runId), 'step', step, slice, isFinal],
    queryFn: ({ signal }) =>
      request<StepDetail>('GET', `/runs/${runId}/steps/${encodeURIComponent(step)}`, {
        query: { ...slice },
        signal,
      }),
    staleTime: isFinal ? Number.POSITIVE_INFINITY : 0,
  })
}

export function useCancelRun() {
  return useMutation({ mutationFn: (id: string) => request<void>('POST', `/runs/${id}/cancel`) })
}

export function useRetryRun() {
  return useMutation({ mutationFn: (id: string) => request<{ run_id: string }>('POST', `/runs/${id}/retry`) })
}

/** Runs them again, or stops them; one that cannot be helped does not stop the others. */
export function useActOnRuns() {
  return useMutation({
    mutationFn: (body: { action: 'retry' | 'cancel'; ids: string[] }) =>
      request<BulkDone>('POST', '/runs/bulk', { body }),
  })
}
