import { queryOptions } from '@tanstack/react-query'
import { request } from './client'
import type { JsonObject, Preview, ReferenceEntry } from './types'

export interface PreviewRequest {
  template: string
  workflow_id?: string
  run_id?: string
  node_id: string
  items?: JsonObject[]
  item: number
}

/** Evaluates a template for one item, in the server's sandbox. */
export function previewExpression(body: PreviewRequest, signal?: AbortSignal): Promise<Preview> {
  return request<Preview>('POST', '/expressions/preview', { body, signal })
}

/** Names and methods that expressions know; the same for all. */
export const referenceQuery = queryOptions({
  queryKey: ['expression-reference'],
  queryFn: async ({ signal }) =>
    (await request<{ entries: ReferenceEntry[] }>('GET', '/expressions/reference', { signal })).entries,
  staleTime: Number.POSITIVE_INFINITY,
})
