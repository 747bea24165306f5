import { useParams } from 'react-router'

export function EditorPage() {
  const { workflowId = '' } = useParams()
  return <main aria-label="Editor">{workflowId}</main>
}
