import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { request } from '@/api/client'
import { useWorkflowRuns } from '@/api/live'
import type { Page, RunSummary } from '@/api/types'

export interface FollowedRun {
  runId: string | null
  /** New runs of the workflow, production ones too, take the canvas as they start. */
  isFollowing: boolean
  setFollowing: (isFollowing: boolean) => void
  show: (runId: string | null) => void
}

/** The run on the canvas: the latest, unless another one was chosen. */
export function useFollowedRun(workflowId: string): FollowedRun {
  const [isFollowing, setFollowing] = useState(true)
  const [shown, setShown] = useState<{ runId: string | null } | null>(null)
  const runs = useWorkflowRuns(workflowId)
  const last = useQuery({
    queryKey: ['runs', { workflow: workflowId, last: true }],
    queryFn: ({ signal }) =>
      request<Page<RunSummary>>('GET', '/runs', { query: { workflow: workflowId, limit: 1 }, signal }),
  })
  const newest = useMemo(() => [...runs.keys()].sort().at(-1) ?? null, [runs])
  // Ids are ULIDs: a later run has the greater id.
  useEffect(() => {
    if (!isFollowing || !newest) return
    setShown((before) => (before?.runId && before.runId >= newest ? before : { runId: newest }))
  }, [newest, isFollowing])
  const show = useCallback((runId: string | null) => setShown({ runId }), [])
  const runId = shown ? shown.runId : (last.data?.items[0]?.id ?? null)
  return useMemo(() => ({ runId, isFollowing, setFollowing, show }), [runId, isFollowing, show])
}
