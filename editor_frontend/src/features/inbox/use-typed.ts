import { useEffect, useRef, useState } from 'react'

const settledAfterMs = 250

/** A field's text, at once as it is typed; told further when it stands still, and replaced when the value changes elsewhere. */
export function useTyped(
  value: string,
  onSettled: (typed: string) => void,
): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value)
  const told = useRef(value)
  const tell = useRef(onSettled)
  tell.current = onSettled
  useEffect(() => {
    if (value === told.current) return
    told.current = value
    setTyped(value)
  }, [value])
  useEffect(() => {
    if (typed === told.current) return
    const timer = setTimeout(() => {
      told.current = typed
      tell.current(typed)
    }, settledAfterMs)
    return () => clearTimeout(timer)
  }, [typed])
  return [typed, setTyped]
}
