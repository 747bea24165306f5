import { useMemo, useRef } from 'react'

interface Identified {
  id: string
}

/** A function that looks, and calls back for each thing that no look has seen; the first tells nothing. */
export function useNews<T extends Identified>(
  fetchNow: () => Promise<readonly T[]>,
  onNew: (thing: T) => void,
): () => void {
  const latest = useRef({ fetchNow, onNew })
  latest.current = { fetchNow, onNew }
  return useMemo(
    () =>
      newsOf(
        () => latest.current.fetchNow(),
        (thing: T) => latest.current.onNew(thing),
      ),
    [],
  )
}

/** Looks one at a time; what is asked for meanwhile is one more look. */
export function newsOf<T extends Identified>(
  fetchNow: () => Promise<readonly T[]>,
  onNew: (thing: T) => void,
): () => void {
  let known: Set<string> | null = null
  let isLooking = false
  let isAskedAgain = false
  const look = async () => {
    const things = await fetchNow()
    if (known) for (const thing of things.filter(({ id }) => !known?.has(id))) onNew(thing)
    known = new Set([...(known ?? []), ...things.map(({ id }) => id)])
  }
  return function lookNow(): void {
    isAskedAgain = isLooking
    if (isLooking) return
    isLooking = true
    // What could not be fetched now is told after the next change.
    void look()
      .catch(() => {})
      .finally(() => {
        isLooking = false
        if (isAskedAgain) lookNow()
      })
  }
}
