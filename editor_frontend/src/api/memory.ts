import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client'
import type { Json, MemoryEntry, MemoryRow, Page } from './types'

const allMemory = ['memory'] as const
/** Runs change it at any time, and say nothing of it. */
const refreshMs = 10_000

export interface MemoryFilter {
  search?: string
  scope?: 'shared'
  workflow_id?: string
}

export function memoryQuery(filter: MemoryFilter) {
  return infiniteQueryOptions({
    queryKey: [...allMemory, filter],
    queryFn: ({ pageParam, signal }) =>
      request<Page<MemoryRow>>('GET', '/memory', { query: { ...filter, cursor: pageParam }, signal }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    refetchInterval: refreshMs,
  })
}

export function memoryEntryQuery(id: string) {
  return queryOptions({
    queryKey: [...allMemory, 'entry', id],
    queryFn: ({ signal }) => request<MemoryEntry>('GET', `/memory/${id}`, { signal }),
    // What somebody edits must be what is there now.
    gcTime: 0,
  })
}

export interface MemoryBody {
  key: string
  scope: 'workflow' | 'shared'
  workflow_id: string
  value: Json
  /** Left out: for ever. */
  ttl_seconds?: number
}

/** Over what is there under the key. */
export function useSetMemory() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: MemoryBody) => request<MemoryEntry>('PUT', '/memory', { body }),
    meta: { showsOwnErrors: true },
    onSuccess: () => client.invalidateQueries({ queryKey: allMemory }),
  })
}

export function useForget() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/memory/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: allMemory }),
  })
}
