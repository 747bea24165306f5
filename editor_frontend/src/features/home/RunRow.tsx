import { Link } from 'react-router'
import type { RunSummary } from '@/api/types'
import { StatusPill } from '@/ui/StatusPill'
import { TimeAgo } from '@/ui/TimeAgo'
import { duration } from '@/ui/time'
import styles from './HomePage.module.css'

export function RunRow({ run }: { run: RunSummary }) {
  const [waiting] = run.waiting
  const detail =
    run.status === 'failed' ? run.error?.message : run.status === 'paused' ? waiting?.reason : null
  return (
    <li>
      <Link className={styles.run} to={`/runs/${run.id}`}>
        <span>
          <StatusPill status={run.status} />
        </span>
        <span className={styles.what}>
          {run.workflow_name}
          {detail && <span>{` · ${detail}`}</span>}
        </span>
        <span className={styles.when}>
          {run.duration_ms !== null && `${duration(run.duration_ms)} · `}
          <TimeAgo at={run.created_at} />
        </span>
      </Link>
    </li>
  )
}
