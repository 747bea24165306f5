import { useEffect } from 'react'

export type KeyActions = Readonly<Record<string, () => void>>

/** Runs what a key stands for, unless somebody types, a dialog is open or a modifier is held. */
export function useKeys(actions: KeyActions): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (!isPlainKey(event)) return
      const action = actions[event.key]
      if (!action || (event.repeat && event.key !== 'j' && event.key !== 'k')) return
      event.preventDefault()
      action()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })
}

function isPlainKey(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return false
  if (document.querySelector('[role="dialog"], [role="menu"]')) return false
  const { target } = event
  if (!(target instanceof HTMLElement)) return true
  if (target instanceof HTMLInputElement && target.type === 'checkbox') return event.key !== ' '
  return !target.isContentEditable && target.closest('input, textarea, select') === null
}

/** Esc leaves a field, so that keys decide again. */
export function useLeavingFields(): void {
  useEffect(() => {
    const listen = ({ key, target }: KeyboardEvent) => {
      if (key !== 'Escape' || !(target instanceof HTMLElement)) return
      if (target.matches('input, textarea, select') && !target.closest('[role="dialog"]')) target.blur()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  }, [])
}
