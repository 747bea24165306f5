import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { stepQuery } from '@/api/runs'
import type { JsonObject, StepDetail } from '@/api/types'

/** The most the API gives at once. */
const pageSize = 1000

export interface Items {
  count: number
  /** By place; undefined while its page is on the way. */
  at: (index: number) => JsonObject | undefined
  loaded: number
  isLoading: boolean
  isGone: boolean
  error: Error | null
}

interface Wanted {
  runId: string
  step: string
  side: 'in' | 'out'
  port: string
  count: number
  isFinal: boolean
}

export const noItems: Items = {
  count: 0,
  at: () => undefined,
  loaded: 0,
  isLoading: false,
  isGone: false,
  error: null,
}

/** Items of one port of a step: the pages around `first … last`, or all of them. */
export function useItems(wanted: Wanted | null, first: number, last: number, wantsAll: boolean): Items {
  const pages = wanted
    ? pagesBetween(wantsAll ? 0 : first, wantsAll ? wanted.count - 1 : last, wanted.count)
    : []
  const queries = useQueries({
    queries: pages.map((page) => ({
      ...stepQuery(
        wanted?.runId ?? '',
        wanted?.step ?? '',
        { side: wanted?.side, port: wanted?.port, offset: page * pageSize, limit: pageSize },
        wanted?.isFinal,
      ),
      select: (detail: StepDetail) => (wanted ? sideOf(detail, wanted) : undefined),
    })),
    combine: (results) => ({
      pages: results.map((result) => result.data),
      isLoading: results.some((result) => result.isLoading),
      error: results.find((result) => result.error)?.error ?? null,
    }),
  })
  const key = pages.join()
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` stands for `pages`
  return useMemo(() => {
    if (!wanted) return noItems
    const byPage = new Map(pages.map((page, index) => [page, queries.pages[index]?.items]))
    return {
      count: wanted.count,
      at: (index) => byPage.get(Math.floor(index / pageSize))?.[index % pageSize],
      loaded: queries.pages.reduce((sum, page) => sum + (page?.items.length ?? 0), 0),
      isLoading: queries.isLoading,
      isGone: queries.pages.some((page) => page?.is_gone),
      error: queries.error,
    }
  }, [wanted, key, queries])
}

function sideOf(detail: StepDetail, wanted: Wanted) {
  return (wanted.side === 'in' ? detail.inputs : detail.outputs)[wanted.port]
}

function pagesBetween(first: number, last: number, count: number): number[] {
  if (count === 0) return []
  const from = Math.floor(Math.max(0, first) / pageSize)
  const to = Math.floor(Math.min(count - 1, Math.max(first, last)) / pageSize)
  const visible = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  // The head of the list always: it names the columns.
  return from > 0 ? [0, ...visible] : visible
}
