import { request } from './client'
import type { JsonObject, OptionList } from './types'

/** What a loader of a node type offers, given the params as far as they are filled in. */
export function loadOptions(
  nodeType: string,
  loader: string,
  params: JsonObject,
  search: string,
  signal?: AbortSignal,
): Promise<OptionList> {
  const path = `/node-types/${nodeType}/options/${loader}` as const
  return request<OptionList>('POST', path, { body: { params, search }, signal })
}
