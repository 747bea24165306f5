import { useEffect, useMemo, useState } from 'react'
import { type RunState, stateAt } from '@/api/run-state'
import type { RunEvent } from '@/api/types'

/** How long a whole replay takes, whatever the run took. */
const replayMs = 6000
const tickMs = 60

export interface Scrub {
  /** The run as it was at the chosen moment. */
  state: RunState
  /** Number of events shown; all of them means now. */
  position: number
  count: number
  /** Epoch milliseconds of the last event shown. */
  moment: number | null
  isPlaying: boolean
  seek: (position: number) => void
  play: () => void
  pause: () => void
}

/** Goes back and forth through the events of a run; follows it while it stands at the end. */
export function useScrub(events: readonly RunEvent[], live: RunState): Scrub {
  const [chosen, setChosen] = useState<number | null>(null)
  const [isPlaying, setPlaying] = useState(false)
  const count = events.length
  const position = chosen === null ? count : Math.min(chosen, count)
  const seq = events[position - 1]?.seq ?? 0
  const state = useMemo(
    () => (position >= events.length ? live : stateAt(events, seq)),
    [position, seq, events, live],
  )
  useEffect(() => {
    if (!isPlaying) return
    const step = Math.max(1, Math.round((count * tickMs) / replayMs))
    const timer = setInterval(
      () => setChosen((at) => (at ?? 0) + step),
      Math.max(tickMs, replayMs / Math.max(1, count)),
    )
    return () => clearInterval(timer)
  }, [isPlaying, count])
  useEffect(() => {
    if (!isPlaying || position < count) return
    setPlaying(false)
    setChosen(null)
  }, [isPlaying, position, count])
  return {
    state,
    position,
    count,
    moment: position < count ? (events[position - 1]?.at ?? null) : null,
    isPlaying,
    seek: (at) => {
      setPlaying(false)
      setChosen(at >= count ? null : Math.max(0, at))
    },
    play: () => {
      if (position >= count) setChosen(0)
      setPlaying(true)
    },
    pause: () => setPlaying(false),
  }
}
