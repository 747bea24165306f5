import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { nodeTypesQuery } from '@/api/node-types'
import { runQuery } from '@/api/runs'
import { FailedPage } from '../FailedPage'
import { Comparing } from './run/Comparing'

/** /runs/:runId/compare/:otherId */
export function ComparePage() {
  const { runId = '', otherId = '' } = useParams()
  const runs = [useQuery(runQuery(runId)), useQuery(runQuery(otherId))] as const
  const types = useQuery(nodeTypesQuery)
  const failed = [...runs, types].find((query) => query.isError && !query.data)
  if (failed) return <FailedPage error={failed.error} onRetry={() => void failed.refetch()} />
  const [one, other] = [runs[0].data, runs[1].data]
  if (!one || !other || !types.data) return <main aria-busy="true" aria-label="Opening the runs" />
  const [before, after] = one.id < other.id ? [one, other] : [other, one]
  return (
    <>
      <title>{`Two runs of ${after.workflow_name} · Orchestrator`}</title>
      <Comparing key={`${before.id} ${after.id}`} before={before} after={after} types={types.data} />
    </>
  )
}
