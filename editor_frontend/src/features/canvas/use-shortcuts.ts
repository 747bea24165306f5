import { useEffect } from 'react'
import type { CanvasAction } from './action'
import { isInLayer, isTyping, matchesKeys } from './keys'

/** Runs actions by their keys, but never takes a key from a field, a dialog or a menu. */
export function useShortcuts(actions: readonly CanvasAction[]): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing) return
      const isBusy = isTyping(event.target) || isInLayer(event.target)
      const found = actions.find(
        (action) =>
          (!isBusy || action.isGlobal) &&
          action.keys.some((keys) => matchesKeys(event, keys)) &&
          action.isAvailable(),
      )
      if (!found || belongsToFocus(event)) return
      event.preventDefault()
      found.run()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [actions])
}

/** Tab goes on from a control that was reached by keyboard; Enter and Space press a button. */
function belongsToFocus(event: KeyboardEvent): boolean {
  const { target } = event
  if (!(target instanceof HTMLElement) || target === document.body) return false
  if (event.key === 'Tab') {
    const isOnCanvas = target.closest('[data-canvas]') !== null
    // The open node holds the focus itself when it was opened by a key.
    const isHeld = target.tabIndex >= 0 || target.closest('aside') !== null
    return isHeld && (!isOnCanvas || target.matches(':focus-visible'))
  }
  const isControl = target.closest('button, a[href], summary, [role="tab"], [role="button"]') !== null
  return (event.key === 'Enter' || event.key === ' ') && isControl && !event.ctrlKey && !event.metaKey
}
