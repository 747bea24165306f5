/** The one store of an open workflow. Its document changes by commands only, each undoable. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Command } from './commands'
import { diffDocuments } from './diff'
import { completeDocument, edgeKey, type WorkflowDocument } from './document'
import { emptyHistory, forgetTouching, type History, record, redo, type Step, undo } from './history'
import { applyPatches, touchedElement } from './patch'

export interface Selection {
  /** Ids of nodes, notes and groups. */
  elements: ReadonlySet<string>
  edges: ReadonlySet<string>
}

export type SaveState =
  | { status: 'saved' | 'unsaved' | 'saving' | 'offline' }
  | { status: 'refused'; message: string }
  | { status: 'conflict'; theirs: WorkflowDocument; revision: number; elements: string[] }

export interface WorkflowState {
  id: string
  document: WorkflowDocument
  /** The document as the server last confirmed it, and the revision that belongs to it. */
  base: WorkflowDocument
  revision: number
  history: History
  selection: Selection
  save: SaveState
  /** What the last undo or redo did, for the toast and for screen readers. */
  announcement: string

  dispatch: (command: Command) => boolean
  undo: () => void
  redo: () => void
  select: (elements: Iterable<string>, edges?: Iterable<string>) => void
  setSave: (save: SaveState) => void
  confirmSaved: (document: WorkflowDocument, revision: number) => void
  /** Takes a document that came from elsewhere; undo forgets what it can no longer undo faithfully. */
  adopt: (document: WorkflowDocument, base: WorkflowDocument, revision: number) => void
}

export type WorkflowStore = StoreApi<WorkflowState>

export const nothingSelected: Selection = { elements: new Set(), edges: new Set() }

export interface OpenedWorkflow {
  id: string
  document: Partial<WorkflowDocument>
  revision: number
}

export function createWorkflowStore(opened: OpenedWorkflow, now: () => number = Date.now): WorkflowStore {
  const document = completeDocument(opened.document)
  return createStore<WorkflowState>((set, get) => ({
    id: opened.id,
    document,
    base: document,
    revision: opened.revision,
    history: emptyHistory,
    selection: nothingSelected,
    save: { status: 'saved' },
    announcement: '',

    dispatch: (command) => {
      const state = get()
      const change = command(state.document)
      if (!change) return false
      set(edited(state, applyPatches(state.document, change.patches), record(state.history, change, now())))
      return true
    },
    undo: () => set((state) => stepped(state, undo(state.document, state.history), 'Undid')),
    redo: () => set((state) => stepped(state, redo(state.document, state.history), 'Redid')),
    select: (elements, edges = []) =>
      set({ selection: { elements: new Set(elements), edges: new Set(edges) } }),
    setSave: (save) => set({ save }),
    confirmSaved: (saved, revision) =>
      set((state) => ({
        base: saved,
        revision,
        save: { status: state.document === saved ? 'saved' : 'unsaved' },
      })),
    adopt: (next, base, revision) =>
      set((state) => {
        const touched = new Set(diffDocuments(state.document, next).map(touchedElement))
        return {
          document: next,
          base,
          revision,
          history: forgetTouching(state.history, touched),
          selection: pruned(state.selection, next),
          save: { status: next === base ? 'saved' : 'unsaved' },
        }
      }),
  }))
}

function edited(state: WorkflowState, document: WorkflowDocument, history: History): Partial<WorkflowState> {
  return { document, history, selection: pruned(state.selection, document), save: unsaved(state.save) }
}

/** A conflict or being offline stays what it is until it is resolved. */
function unsaved(save: SaveState): SaveState {
  return save.status === 'conflict' || save.status === 'offline' ? save : { status: 'unsaved' }
}

function stepped(state: WorkflowState, step: Step | null, verb: string): Partial<WorkflowState> {
  if (!step) return { announcement: verb === 'Undid' ? 'Nothing to undo' : 'Nothing to redo' }
  return { ...edited(state, step.document, step.history), announcement: `${verb}: ${step.label}` }
}

/** The selection never names what is gone; it stays the same object when nothing is. */
function pruned(selection: Selection, document: WorkflowDocument): Selection {
  if (selection.elements.size === 0 && selection.edges.size === 0) return selection
  const ids = new Set([...document.nodes, ...document.notes, ...document.groups].map((element) => element.id))
  const keys = selection.edges.size > 0 ? new Set(document.edges.map(edgeKey)) : new Set<string>()
  const elements = [...selection.elements].filter((id) => ids.has(id))
  const edges = [...selection.edges].filter((key) => keys.has(key))
  if (elements.length === selection.elements.size && edges.length === selection.edges.size) return selection
  return { elements: new Set(elements), edges: new Set(edges) }
}
