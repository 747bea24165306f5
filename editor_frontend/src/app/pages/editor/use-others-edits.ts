import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { useStore } from 'zustand'
import { workflowKeys } from '@/api/workflows'
import type { PresenceStore } from '@/features/presence/presence-store'
import type { WorkflowStore } from '@/graph/workflow-store'

/** Fetches what others saved as soon as it is heard of; the page's cache hands it to the open workflow. */
export function useOthersEdits(store: WorkflowStore, presence: PresenceStore): void {
  const client = useQueryClient()
  const heard = useStore(presence, (state) => state.revision)
  // While our own save is under way its answer says what happened, a newer revision included.
  const isBehind = useStore(store, (state) => heard > state.revision && state.save.status !== 'saving')
  // biome-ignore lint/correctness/useExhaustiveDependencies: each newer revision is fetched
  useEffect(() => {
    if (isBehind)
      void client.refetchQueries(
        { queryKey: workflowKeys.one(store.getState().id), exact: true },
        { cancelRefetch: false },
      )
  }, [isBehind, heard, client, store])
}
