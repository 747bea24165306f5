import { useEffect, useState } from 'react'
import { ApiError, errorText } from '@/api/client'
import type { Workflow } from '@/api/types'
import { saveWorkflow } from '@/api/workflows'
import type { WorkflowDocument } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'
import { type Autosave, type SaveAnswer, startAutosave } from './autosave'
import { keepHistory, restoreHistory } from './kept-history'

/** Saves while the page is open, asks before it is left with unsent edits. Answers the way to save at once. */
export function useAutosave(
  store: WorkflowStore,
  onSaved: (workflow: Workflow) => void,
): () => Promise<void> {
  const [flusher] = useState<{ current: Autosave | null }>({ current: null })
  useEffect(() => {
    const save = async (document: WorkflowDocument, revision: number): Promise<SaveAnswer> => {
      try {
        const saved = await saveWorkflow(store.getState().id, { document, revision })
        onSaved(saved)
        return { kind: 'saved', revision: saved.revision, document: saved.document }
      } catch (error) {
        return answerOf(error)
      }
    }
    const autosave = startAutosave({ store, save, storage: localStorage })
    flusher.current = autosave
    restoreHistory(store, localStorage)
    const stopKeeping = keepHistory(store, localStorage)
    const flush = () => void autosave.flush()
    const guard = (event: BeforeUnloadEvent) => {
      if (store.getState().save.status === 'saved') return
      flush()
      event.preventDefault()
    }
    window.addEventListener('online', flush)
    window.addEventListener('beforeunload', guard)
    return () => {
      flush()
      autosave.stop()
      stopKeeping()
      flusher.current = null
      window.removeEventListener('online', flush)
      window.removeEventListener('beforeunload', guard)
    }
  }, [store, onSaved, flusher])
  const [flush] = useState(() => async () => {
    await flusher.current?.flush()
  })
  return flush
}

function answerOf(error: unknown): SaveAnswer {
  if (!(error instanceof ApiError)) throw error
  const current = error.body.current as { document: Partial<WorkflowDocument>; revision: number } | undefined
  if (error.status === 409 && current) return { kind: 'conflict', ...current }
  if (error.status === 0 || error.status >= 502) return { kind: 'unreachable' }
  return { kind: 'refused', message: errorText(error) }
}
