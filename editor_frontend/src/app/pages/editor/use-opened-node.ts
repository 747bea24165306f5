import { useCallback, useState } from 'react'

/** The node whose panel is open; a reload of the tab opens it again. */
export function useOpenedNode(workflowId: string): [string | null, (id: string | null) => void] {
  const key = `opened:${workflowId}`
  const [opened, setOpened] = useState(() => sessionStorage.getItem(key))
  const open = useCallback(
    (id: string | null) => {
      setOpened(id)
      if (id) sessionStorage.setItem(key, id)
      else sessionStorage.removeItem(key)
    },
    [key],
  )
  return [opened, open]
}
