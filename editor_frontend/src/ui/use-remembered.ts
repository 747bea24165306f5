import { useCallback, useState } from 'react'

/** A choice that a reload of this tab brings back. */
export function useRemembered(key: string, initial: string): [string, (value: string) => void] {
  const [value, setValue] = useState(() => sessionStorage.getItem(key) ?? initial)
  const remember = useCallback(
    (next: string) => {
      setValue(next)
      sessionStorage.setItem(key, next)
    },
    [key],
  )
  return [value, remember]
}
