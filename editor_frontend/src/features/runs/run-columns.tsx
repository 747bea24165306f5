import { Link } from 'react-router'
import type { RunSummary } from '@/api/types'
import { StatusPill } from '@/ui/StatusPill'
import type { Column } from '@/ui/Table'
import { TimeAgo } from '@/ui/TimeAgo'
import { duration } from '@/ui/time'
import { useClock } from '@/ui/use-clock'
import { RunActions } from './RunActions'
import styles from './runs.module.css'

export const runColumns: Column<RunSummary>[] = [
  {
    key: 'workflow',
    title: 'Workflow',
    cell: (run) => (
      <Link className={styles.name} to={`/runs/${run.id}`}>
        <strong>{run.workflow_name}</strong>
        <span className={styles.detail}>{detailOf(run)}</span>
      </Link>
    ),
  },
  {
    key: 'status',
    title: 'State',
    width: '130px',
    cell: (run) => (
      <>
        <StatusPill status={run.status} />
        <span className={styles.when}>
          <TimeAgo at={run.created_at} />
        </span>
      </>
    ),
  },
  {
    key: 'source',
    title: 'Started by',
    width: '150px',
    isWideOnly: true,
    cell: (run) => <span className={styles.quiet}>{sourceOf(run)}</span>,
  },
  {
    key: 'started',
    title: 'Started',
    width: '120px',
    isWideOnly: true,
    cell: (run) => <TimeAgo at={run.created_at} />,
  },
  { key: 'took', title: 'Took', width: '110px', isWideOnly: true, cell: (run) => <Took run={run} /> },
  { key: 'actions', title: '', width: '56px', align: 'end', cell: (run) => <RunActions run={run} /> },
]

/** The one thing worth knowing besides the state. */
export function detailOf(run: RunSummary): string {
  if (run.error && run.status === 'failed') return run.error.message
  const [waiting] = run.waiting
  if (waiting && run.status === 'paused') return waiting.reason
  return run.version_number === null ? 'draft' : `version ${run.version_number}`
}

function sourceOf(run: RunSummary): string {
  return run.mode === 'manual' ? 'by hand' : run.mode === 'retry' ? 'retry' : run.source || run.mode
}

function Took({ run }: { run: RunSummary }) {
  const isGoing = run.status === 'running'
  const now = useClock(isGoing, 1000)
  if (run.duration_ms !== null) return <>{duration(run.duration_ms)}</>
  if (!run.started_at || !isGoing) return <span className={styles.quiet}>–</span>
  return <>{duration(Math.max(0, now - new Date(run.started_at).getTime()))}</>
}
