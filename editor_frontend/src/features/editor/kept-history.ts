/** The steps of undo, kept in this browser with the revision they belong to, so that a reload loses none. */
import { emptyHistory, type History, historyDepth } from '@/graph/history'
import type { WorkflowStore } from '@/graph/workflow-store'

const prefix = 'undo:'
/** Characters; a browser keeps about five million for the whole product. */
const mostKept = 1_000_000

interface KeptHistory {
  revision: number
  history: History
}

/** Call after edits that were not sent have come back: they are part of the history. */
export function restoreHistory(store: WorkflowStore, storage: Storage): void {
  const { id, revision, history } = store.getState()
  const kept = read(storage, id)
  // Somebody else saved since: the steps no longer fit.
  if (!kept || kept.revision !== revision || history.done.length + history.undone.length > 0) return
  store.setState({ history: kept.history })
}

/** Writes the steps a moment after they change, and when the page goes. Returns the way to stop. */
export function keepHistory(store: WorkflowStore, storage: Storage, delayMs = 400): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = () => {
    clearTimeout(timer)
    timer = undefined
    const { id, revision, history } = store.getState()
    writeSmall(storage, id, { revision, history })
  }
  const stop = store.subscribe((state, before) => {
    if (state.history !== before.history || state.revision !== before.revision)
      timer ??= setTimeout(write, delayMs)
  })
  const flush = () => timer !== undefined && write()
  window.addEventListener('pagehide', flush)
  return () => {
    flush()
    stop()
    window.removeEventListener('pagehide', flush)
  }
}

/** The newest steps that fit. */
function writeSmall(storage: Storage, id: string, kept: KeptHistory): void {
  const key = prefix + id
  if (kept.history.done.length + kept.history.undone.length === 0) {
    storage.removeItem(key)
    return
  }
  for (let depth = historyDepth; depth >= 1; depth = Math.floor(depth / 2)) {
    const { done, undone } = kept.history
    const text = JSON.stringify({
      ...kept,
      history: { done: done.slice(-depth), undone: undone.slice(-depth) },
    })
    if (text.length > mostKept) continue
    try {
      storage.setItem(key, text)
      return
    } catch {
      // The storage is full: fewer steps may fit.
    }
  }
  storage.removeItem(key)
}

function read(storage: Storage, id: string): KeptHistory | null {
  try {
    const value = JSON.parse(storage.getItem(prefix + id) ?? 'null') as Partial<KeptHistory> | null
    const { revision, history = emptyHistory } = value ?? {}
    const isWhole = Array.isArray(history.done) && Array.isArray(history.undone)
    return typeof revision === 'number' && isWhole ? { revision, history } : null
  } catch {
    return null
  }
}
