/** Undo and redo as two stacks of changes. Immutable, so that it can live in a store. */
import type { WorkflowDocument } from './document'
import { applyPatches, type Change, compactPatches, invertPatches, touchedElement } from './patch'

export interface HistoryEntry extends Change {
  /** Milliseconds since the epoch. */
  at: number
}

export interface History {
  done: readonly HistoryEntry[]
  undone: readonly HistoryEntry[]
}

export const historyDepth = 200
/** Changes of one group within this time are one step back. */
export const groupingMs = 1200

export const emptyHistory: History = { done: [], undone: [] }

export function record(history: History, change: Change, at: number): History {
  const last = history.done.at(-1)
  const entry = { ...change, at }
  if (last && change.group !== undefined && last.group === change.group && at - last.at <= groupingMs) {
    const patches = compactPatches([...last.patches, ...change.patches])
    const earlier = history.done.slice(0, -1)
    return { done: patches.length === 0 ? earlier : [...earlier, { ...last, at, patches }], undone: [] }
  }
  return { done: [...history.done, entry].slice(-historyDepth), undone: [] }
}

export interface Step {
  document: WorkflowDocument
  history: History
  label: string
}

export function undo(document: WorkflowDocument, history: History): Step | null {
  const entry = history.done.at(-1)
  if (!entry) return null
  return {
    document: applyPatches(document, invertPatches(entry.patches)),
    history: { done: history.done.slice(0, -1), undone: [...history.undone, entry] },
    label: entry.label,
  }
}

export function redo(document: WorkflowDocument, history: History): Step | null {
  const entry = history.undone.at(-1)
  if (!entry) return null
  return {
    document: applyPatches(document, entry.patches),
    // A redone entry must not swallow the next keystroke.
    history: { done: [...history.done, { ...entry, at: 0 }], undone: history.undone.slice(0, -1) },
    label: entry.label,
  }
}

/** Forgets what can no longer be undone faithfully, because someone else changed the same elements. */
export function forgetTouching(history: History, elements: ReadonlySet<string>): History {
  const isUntouched = (entry: HistoryEntry) =>
    !entry.patches.some((patch) => elements.has(touchedElement(patch)))
  return { done: history.done.filter(isUntouched), undone: history.undone.filter(isUntouched) }
}
