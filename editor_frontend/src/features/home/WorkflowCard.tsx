import { Link } from 'react-router'
import type { WorkflowRow } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { StatusPill } from '@/ui/StatusPill'
import { TimeAgo } from '@/ui/TimeAgo'
import styles from './HomePage.module.css'

export function WorkflowCard({ workflow }: { workflow: WorkflowRow }) {
  const { live_version: live, last_run: run } = workflow
  return (
    <li>
      <Link className={styles.workflow} to={`/workflows/${workflow.id}`}>
        <span className={styles.workflowName}>{workflow.name}</span>
        <span className={styles.facts}>
          {live === null ? <Badge>draft</Badge> : <Badge tone="succeeded">{`● live v${live}`}</Badge>}
          {run && <StatusPill status={run.status} />}
          <span>
            changed <TimeAgo at={workflow.updated_at} />
          </span>
        </span>
      </Link>
    </li>
  )
}
