import { useQueries, useQuery } from '@tanstack/react-query'
import { TriangleAlert } from 'lucide-react'
import { usersQuery, versionQuery, versionsQuery, workflowQuery } from '@/api/workflows'
import { completeDocument, type WorkflowDocument } from '@/graph/document'
import { brokenPromises, callsOf } from '@/graph/module-contract'
import styles from './editor.module.css'

const mostAsked = 20

/** Before a module is published: what the change breaks for the workflows that follow its latest version. */
export function ConsumerWarning({ workflowId, draft }: { workflowId: string; draft: WorkflowDocument }) {
  const users = useQuery(usersQuery(workflowId)).data ?? []
  const versions = useQuery({ ...versionsQuery(workflowId), enabled: users.length > 0 }).data ?? []
  const live = versions.find((version) => version.is_live)
  const before = useQuery({ ...versionQuery(workflowId, live?.id ?? ''), enabled: live !== undefined }).data
  const documents = useQueries({
    queries: users.slice(0, mostAsked).map((user) => ({ ...workflowQuery(user.id), staleTime: 0 })),
  })
  if (!before) return null
  const broken = brokenPromises(completeDocument(before.document), draft)
  if (broken.length === 0) return null
  const following = users.filter((_, at) => {
    const found = documents[at]?.data
    return !found || callsOf(completeDocument(found.document), workflowId).includes(null)
  })
  if (following.length === 0) return null
  return (
    <div className={styles.consumers} role="note">
      <TriangleAlert aria-hidden="true" />
      <div>
        <strong>
          {following.length === 1 ? 'A workflow follows' : `${following.length} workflows follow`} the latest
          version and may break
        </strong>
        <ul aria-label="What breaks">
          {broken.map((sentence) => (
            <li key={sentence}>{sentence}.</li>
          ))}
        </ul>
        <p className={styles.hint}>
          {following.map((user) => user.name).join(', ')}: change them first, or keep them at the present
          version (on the node: “Keep the module at its present version”).
        </p>
      </div>
    </div>
  )
}
