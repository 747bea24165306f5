import { queryOptions } from '@tanstack/react-query'
import { request } from './client'
import type { ComingStart } from './types'

/** What the clock starts next, soonest first; looked up again each half a minute, as starts pass. */
export const comingQuery = queryOptions({
  queryKey: ['schedules', 'coming'],
  queryFn: async ({ signal }) =>
    (await request<{ items: ComingStart[] }>('GET', '/schedules', { signal })).items,
  refetchInterval: 30_000,
})
