import { useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect } from 'react'
import type { Workflow } from '@/api/types'
import { workflowKeys } from '@/api/workflows'
import { meetTheirs } from '@/features/editor/autosave'
import { completeDocument } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'

/** Keeps the fetched workflow and the open one in step, in both directions. Answers what to do after a save. */
export function useWorkflowCache(store: WorkflowStore, workflow: Workflow): (saved: Workflow) => void {
  const client = useQueryClient()
  useEffect(() => {
    const { revision, save } = store.getState()
    const isQuiet = save.status === 'saved' || save.status === 'unsaved'
    if (workflow.revision > revision && isQuiet) {
      meetTheirs(store, completeDocument(workflow.document), workflow.revision)
    }
  }, [store, workflow])
  return useCallback(
    (saved: Workflow) => {
      const document = store.getState().document
      client.setQueryData<Workflow>(workflowKeys.one(saved.id), (before) => ({
        ...before,
        ...saved,
        document: saved.document ?? document,
      }))
      void client.invalidateQueries({ queryKey: workflowKeys.all, refetchType: 'none' })
    },
    [client, store],
  )
}
