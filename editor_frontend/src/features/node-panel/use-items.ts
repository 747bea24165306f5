import { useQueries } from '@tanstack/react-query'
import { useMemo } from 'react'
import { stepQuery } from '@/api/runs'
import type { Json, JsonObject, StepDetail } from '@/api/types'
import { filesOf, type NamedFile } from './files'

/** The most the API gives at once. */
const pageSize = 1000

export interface Items {
  count: number
  /** By place; undefined while its page is on the way. */
  at: (index: number) => JsonObject | undefined
  files: (index: number) => NamedFile[]
  /** Whether any loaded item has files. */
  hasFiles: boolean
  /** Of output items: the places of the input items that it came from. */
  origins: (index: number) => readonly number[]
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
  files: () => [],
  hasFiles: false,
  origins: () => [],
  loaded: 0,
  isLoading: false,
  isGone: false,
  error: null,
}

/** Items that are at hand already: those that are pinned. */
export function itemsAtHand(list: readonly JsonObject[]): Items {
  return { ...noItems, count: list.length, at: (index) => list[index], loaded: list.length }
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
      select: (detail: StepDetail) => (wanted ? pageOf(detail, wanted) : undefined),
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
    const byPage = new Map(pages.map((page, index) => [page, queries.pages[index]]))
    const pageAt = (index: number) => byPage.get(Math.floor(index / pageSize))
    return {
      count: wanted.count,
      at: (index) => pageAt(index)?.items[index % pageSize],
      files: (index) => filesOf(pageAt(index)?.files?.[index % pageSize]),
      hasFiles: queries.pages.some((page) => page?.files?.some((files) => filesOf(files).length > 0)),
      origins: (index) => placesOf(pageAt(index)?.origins?.[index % pageSize]),
      loaded: queries.pages.reduce((sum, page) => sum + (page?.items.length ?? 0), 0),
      isLoading: queries.isLoading,
      isGone: queries.pages.some((page) => page?.is_gone),
      error: queries.error,
    }
  }, [wanted, key, queries])
}

function pageOf(detail: StepDetail, { side, port }: Wanted) {
  const data = (side === 'in' ? detail.inputs : detail.outputs)[port]
  return data && { ...data, origins: side === 'out' ? detail.lineage[port] : undefined }
}

/** One place, or a list of them. */
function placesOf(source: Json | undefined): readonly number[] {
  const places = Array.isArray(source) ? source : [source]
  return places.filter((place) => typeof place === 'number')
}

function pagesBetween(first: number, last: number, count: number): number[] {
  if (count === 0) return []
  const from = Math.floor(Math.max(0, first) / pageSize)
  const to = Math.floor(Math.min(count - 1, Math.max(first, last)) / pageSize)
  const visible = Array.from({ length: to - from + 1 }, (_, index) => from + index)
  // The head of the list always: it names the columns.
  return from > 0 ? [0, ...visible] : visible
}
