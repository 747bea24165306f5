import { useParams } from 'react-router'

export function RunPage() {
  const { runId = '' } = useParams()
  return <main aria-label="Run">{runId}</main>
}
