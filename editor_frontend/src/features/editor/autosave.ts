/** Sends the document a moment after the last change; never overwrites what someone else saved. */
import { mergeDocuments } from '@/graph/diff'
import { completeDocument, type WorkflowDocument } from '@/graph/document'
import { sameJson } from '@/graph/equal'
import type { WorkflowStore } from '@/graph/workflow-store'
import { dropUnsent, keepUnsent, readUnsent } from './offline-queue'

export type SaveAnswer =
  /** `document` is what the server keeps: it brings nodes of older versions to the present one. */
  | { kind: 'saved'; revision: number; document: Partial<WorkflowDocument> }
  /** Someone else saved first. */
  | { kind: 'conflict'; document: Partial<WorkflowDocument>; revision: number }
  | { kind: 'unreachable' }
  | { kind: 'refused'; message: string }

export interface AutosaveParts {
  store: WorkflowStore
  save: (document: WorkflowDocument, revision: number) => Promise<SaveAnswer>
  storage: Storage
  delayMs?: number
  retryMs?: number
}

const keepMs = 200

export interface Autosave {
  /** Sends now; resolves when nothing is left to send, or it cannot be sent. */
  flush: () => Promise<void>
  stop: () => void
}

export function startAutosave({
  store,
  save,
  storage,
  delayMs = 700,
  retryMs = 5000,
}: AutosaveParts): Autosave {
  let timer: ReturnType<typeof setTimeout> | undefined
  let sending: Promise<void> | null = null
  let isStopped = false
  recoverUnsent(store, storage)

  const schedule = (ms: number) => {
    clearTimeout(timer)
    if (!isStopped) timer = setTimeout(() => void flush(), ms)
  }
  const flush = async (): Promise<void> => {
    clearTimeout(timer)
    sending ??= send(store, save, storage).finally(() => {
      sending = null
    })
    await sending
    const { status } = store.getState().save
    if (status === 'unsaved') await flush()
    else if (status === 'offline') schedule(retryMs)
  }
  let keeping: ReturnType<typeof setTimeout> | undefined
  const keep = () => {
    clearTimeout(keeping)
    keeping = undefined
    const state = store.getState()
    if (state.document !== state.base) keepUnsent(storage, state.id, state)
  }
  // A large document takes its time to write: not with every key, but before the page goes.
  const keepNow = () => keeping !== undefined && keep()
  window.addEventListener('pagehide', keepNow)
  const onChange = store.subscribe((state, before) => {
    if (state.document === before.document || state.document === state.base) return
    keeping ??= setTimeout(keep, keepMs)
    if (state.save.status === 'conflict') askAgain(store)
    if (state.save.status === 'unsaved' && !sending) schedule(delayMs)
  })
  if (store.getState().save.status === 'unsaved') schedule(0)
  return {
    flush,
    stop: () => {
      isStopped = true
      clearTimeout(timer)
      keepNow()
      window.removeEventListener('pagehide', keepNow)
      onChange()
    },
  }
}

async function send(store: WorkflowStore, save: AutosaveParts['save'], storage: Storage): Promise<void> {
  const { document, base, revision, setSave, save: state } = store.getState()
  if (state.status === 'conflict') return
  if (document === base) {
    if (state.status !== 'saved') setSave({ status: 'saved' })
    return
  }
  setSave({ status: 'saving' })
  const answer = await save(document, revision)
  if (answer.kind === 'saved') {
    store.getState().confirmSaved(document, answer.revision)
    if (store.getState().document === document) dropUnsent(storage, store.getState().id)
    const kept = completeDocument(answer.document)
    if (!sameVersions(document, kept)) meetTheirs(store, kept, answer.revision)
  } else if (answer.kind === 'conflict') meetTheirs(store, completeDocument(answer.document), answer.revision)
  else if (answer.kind === 'unreachable') setSave({ status: 'offline' })
  else setSave({ status: 'refused', message: answer.message })
}

function sameVersions(one: WorkflowDocument, other: WorkflowDocument): boolean {
  const versions = new Map(one.nodes.map((node) => [node.id, node.version]))
  return other.nodes.every((node) => versions.get(node.id) === node.version)
}

/** Puts our edits on top of theirs when they touch different things; else asks. */
export function meetTheirs(store: WorkflowStore, theirs: WorkflowDocument, revision: number): void {
  const { base, document, adopt, setSave } = store.getState()
  const merge = mergeDocuments(base, document, theirs)
  if (merge.conflicts.length > 0) {
    setSave({ status: 'conflict', theirs, revision, elements: merge.conflicts })
    return
  }
  adopt(sameJson(merge.document, theirs) ? theirs : merge.document, theirs, revision)
}

/** What is edited while the question stands may belong to it too. */
function askAgain(store: WorkflowStore): void {
  const { base, document, save, setSave } = store.getState()
  if (save.status !== 'conflict') return
  const { conflicts } = mergeDocuments(base, document, save.theirs)
  const elements = [...new Set([...save.elements, ...conflicts])]
  if (elements.length > save.elements.length) setSave({ ...save, elements })
}

/** The user's answer to a conflict: whose version of what both changed. What only one changed stays in any case. */
export function resolveConflict(store: WorkflowStore, choice: 'mine' | 'theirs'): void {
  const { save, base, document, adopt } = store.getState()
  if (save.status !== 'conflict') return
  const [under, over] = choice === 'theirs' ? [document, save.theirs] : [save.theirs, document]
  const merged = mergeDocuments(base, under, over).document
  adopt(sameJson(merged, save.theirs) ? save.theirs : merged, save.theirs, save.revision)
}

/** Edits that a closed tab could not send come back; they meet whatever was saved since. */
function recoverUnsent(store: WorkflowStore, storage: Storage): void {
  const { id, base: current, revision } = store.getState()
  const unsent = readUnsent(storage, id)
  if (!unsent) return
  store.getState().adopt(unsent.document, unsent.base, unsent.revision)
  if (unsent.revision === revision && sameJson(unsent.base, current)) return
  meetTheirs(store, current, revision)
}
