import { useQuery } from '@tanstack/react-query'
import { workflowNameQuery } from '@/api/workflows'

/** The name of the workflow that a node runs: its id tells nobody anything. */
export function ModuleSummary({ workflowId, version }: { workflowId: unknown; version: unknown }) {
  const id = typeof workflowId === 'string' && !workflowId.startsWith('=') ? workflowId : ''
  const name = useQuery({ ...workflowNameQuery(id), enabled: id !== '' })
  if (id === '') return 'Choose a workflow'
  if (name.isError) return 'The workflow is gone'
  if (!name.data) return '…'
  return typeof version === 'number' ? `↳ ${name.data} · stays at v${version}` : `↳ ${name.data}`
}
