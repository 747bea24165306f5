import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useStore } from 'zustand'
import { useRunView } from '@/api/live'
import { versionQuery } from '@/api/workflows'
import { completeDocument } from '@/graph/document'
import { staleNodes } from '@/graph/stale'
import type { WorkflowStore } from '@/graph/workflow-store'
import { useDebounced } from '@/ui/use-debounced'

const nothing: ReadonlySet<string> = new Set()

/** Nodes whose result in the run on the canvas no longer belongs to the draft. */
export function useStale(store: WorkflowStore, runId: string | null): ReadonlySet<string> {
  const versionId = useRunView(runId, (view) => view.run?.version_id)
  const ran = useQuery({
    ...versionQuery(store.getState().id, versionId ?? ''),
    enabled: versionId !== undefined,
  })
  const document = useDebounced(
    useStore(store, (state) => state.document),
    200,
  )
  const frozen = useMemo(() => ran.data && completeDocument(ran.data.document), [ran.data])
  return useMemo(() => (frozen ? staleNodes(frozen, document) : nothing), [frozen, document])
}
