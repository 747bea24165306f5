import { request } from './client'
import type { JsonObject, Preview } from './types'

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
