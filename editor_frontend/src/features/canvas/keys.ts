/** Shortcuts as text ("Ctrl+Shift+Z") and the rules when they apply. Ctrl also stands for ⌘. */

/** True in fields, where keys are text. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target.closest('.cm-editor')) return true
  if (target instanceof HTMLInputElement)
    return !['checkbox', 'radio', 'button', 'range'].includes(target.type)
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
}

/** True while a dialog, a menu or another layer has the keys. */
export function isInLayer(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest('[role="dialog"], [role="menu"], [role="listbox"]') !== null
  )
}

const named: Record<string, string> = {
  Space: ' ',
  Plus: '+',
  Up: 'ArrowUp',
  Down: 'ArrowDown',
  Left: 'ArrowLeft',
  Right: 'ArrowRight',
}

interface KeyPress {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  shiftKey: boolean
  altKey: boolean
}

export function matchesKeys(event: KeyPress, keys: string): boolean {
  const parts = keys.split('+')
  const key = named[parts.at(-1) ?? ''] ?? parts.at(-1) ?? ''
  const wants = (name: string) => parts.slice(0, -1).includes(name)
  if (wants('Ctrl') !== (event.ctrlKey || event.metaKey) || wants('Alt') !== event.altKey) return false
  const isSymbol = key.length === 1 && !/[a-z0-9]/i.test(key)
  // Whether "+" or "?" needs Shift is up to the keyboard.
  if (!isSymbol && wants('Shift') !== event.shiftKey) return false
  // Alt and Shift change the character that a letter key gives.
  const isLetter = /^[A-Z]$/i.test(key)
  return (
    event.key.toLowerCase() === key.toLowerCase() || (isLetter && event.code === `Key${key.toUpperCase()}`)
  )
}
