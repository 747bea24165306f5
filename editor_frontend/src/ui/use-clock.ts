import { useEffect, useState } from 'react'

/** The current time in epoch ms, renewed each `everyMs` while `isTicking`. */
export function useClock(isTicking: boolean, everyMs = 100): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!isTicking) return
    setNow(Date.now())
    const timer = setInterval(() => setNow(Date.now()), everyMs)
    return () => clearInterval(timer)
  }, [isTicking, everyMs])
  return now
}
