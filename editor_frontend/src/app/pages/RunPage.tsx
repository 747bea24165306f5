import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { nodeTypesQuery } from '@/api/node-types'
import { runQuery } from '@/api/runs'
import { FailedPage } from '../FailedPage'
import { Replay } from './run/Replay'

/** /runs/:runId */
export function RunPage() {
  const { runId = '' } = useParams()
  // Its document is frozen; what goes on in it comes live.
  const run = useQuery({ ...runQuery(runId), staleTime: Number.POSITIVE_INFINITY })
  const types = useQuery(nodeTypesQuery)
  const failed = [run, types].find((query) => query.isError && !query.data)
  if (failed) return <FailedPage error={failed.error} onRetry={() => void failed.refetch()} />
  if (!run.data || !types.data) return <main aria-busy="true" aria-label="Opening the run" />
  return (
    <>
      <title>{`Run of ${run.data.workflow_name} · Orchestrator`}</title>
      <Replay key={runId} run={run.data} types={types.data} />
    </>
  )
}
