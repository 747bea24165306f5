/** Listening for a test request to a draft's webhook. */
import { queryOptions } from '@tanstack/react-query'
import { request } from './client'
import type { Listening } from './types'

export const listeningKey = (workflowId: string) => ['listening', workflowId] as const

/** Null when nobody has listened; asked again each second while somebody does. */
export function listeningQuery(workflowId: string) {
  return queryOptions({
    queryKey: listeningKey(workflowId),
    queryFn: ({ signal }) => request<Listening | null>('GET', `/workflows/${workflowId}/listen`, { signal }),
    refetchInterval: ({ state }) => (state.data?.status === 'listening' ? 1000 : false),
    staleTime: 0,
  })
}

export function listen(workflowId: string, node: string): Promise<Listening> {
  return request<Listening>('POST', `/workflows/${workflowId}/listen`, { body: { node } })
}

export function stopListening(workflowId: string): Promise<void> {
  return request<void>('DELETE', `/workflows/${workflowId}/listen`)
}
