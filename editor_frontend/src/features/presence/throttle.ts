export interface Throttled {
  (): void
  stop: () => void
}

/** Calls at most once in `everyMs`, and once more after the last call, so that the end is never missed. */
export function throttle(call: () => void, everyMs: number): Throttled {
  let timer: ReturnType<typeof setTimeout> | undefined
  let calledAt = Number.NEGATIVE_INFINITY
  const now = () => {
    timer = undefined
    calledAt = Date.now()
    call()
  }
  const throttled = () => {
    if (timer !== undefined) return
    const wait = calledAt + everyMs - Date.now()
    if (wait <= 0) now()
    else timer = setTimeout(now, wait)
  }
  return Object.assign(throttled, { stop: () => clearTimeout(timer) })
}
