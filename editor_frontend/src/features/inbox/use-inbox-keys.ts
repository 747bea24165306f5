import { useEffect } from 'react'
import type { TaskRow } from '@/api/types'

/** j and k walk through the list. The keys that decide belong to the shown task. */
export function useInboxKeys(
  rows: readonly TaskRow[],
  shownId: string | undefined,
  onOpen: (id: string) => void,
): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isPlainKey(event) || (event.key !== 'j' && event.key !== 'k')) return
      const index = rows.findIndex(({ id }) => id === shownId)
      const next = rows[index + (event.key === 'j' ? 1 : -1)]
      if (next) onOpen(next.id)
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [rows, shownId, onOpen])
}

/** False while someone types, a dialog is open, or a modifier is held. */
export function isPlainKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false
  const { target } = event
  if (!(target instanceof HTMLElement)) return true
  return (
    !target.isContentEditable &&
    target.closest('input, textarea, select, [role="dialog"], [role="menu"]') === null
  )
}
