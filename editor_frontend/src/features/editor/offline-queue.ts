/** Edits that have not reached the server, kept in this browser so that a reload or a crash loses nothing. */
import { completeDocument, type WorkflowDocument } from '@/graph/document'

export interface UnsentEdit {
  /** The document as the server last confirmed it, and its revision: what the edit was made on. */
  base: WorkflowDocument
  revision: number
  document: WorkflowDocument
}

const prefix = 'unsent:'

export function keepUnsent(storage: Storage, workflowId: string, edit: UnsentEdit): void {
  try {
    storage.setItem(prefix + workflowId, JSON.stringify(edit))
  } catch {
    // The storage is full or forbidden: the tab itself still has the edit, and the leave guard asks.
  }
}

export function dropUnsent(storage: Storage, workflowId: string): void {
  storage.removeItem(prefix + workflowId)
}

export function readUnsent(storage: Storage, workflowId: string): UnsentEdit | null {
  try {
    const value = JSON.parse(storage.getItem(prefix + workflowId) ?? 'null') as Partial<UnsentEdit> | null
    if (!value?.base || !value.document || typeof value.revision !== 'number') return null
    return {
      base: completeDocument(value.base),
      document: completeDocument(value.document),
      revision: value.revision,
    }
  } catch {
    return null
  }
}
