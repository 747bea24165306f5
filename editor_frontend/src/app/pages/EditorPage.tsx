import { useQuery } from '@tanstack/react-query'
import { useParams } from 'react-router'
import { nodeTypesQuery } from '@/api/node-types'
import { workflowQuery } from '@/api/workflows'
import { FailedPage } from '../FailedPage'
import { Editor } from './editor/Editor'

/** /workflows/:workflowId */
export function EditorPage() {
  const { workflowId = '' } = useParams()
  const workflow = useQuery({ ...workflowQuery(workflowId), staleTime: Number.POSITIVE_INFINITY })
  const types = useQuery(nodeTypesQuery)
  const failed = [workflow, types].find((query) => query.isError && !query.data)
  if (failed) return <FailedPage error={failed.error} onRetry={() => void failed.refetch()} />
  if (!workflow.data || !types.data) return <main aria-busy="true" aria-label="Opening the workflow" />
  return (
    <>
      <title>{`${workflow.data.name} · Orchestrator`}</title>
      <Editor key={workflowId} workflow={workflow.data} types={types.data} />
    </>
  )
}
