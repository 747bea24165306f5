import { Folder } from 'lucide-react'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { mergeRuns, useRunsFeed } from '@/api/live'
import type { RunSummary, WorkflowRow } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { StatusPill } from '@/ui/StatusPill'
import type { Column } from '@/ui/Table'
import { TimeAgo } from '@/ui/TimeAgo'
import { folderAddress } from './folder-path'
import { WorkflowMenu } from './WorkflowMenu'
import styles from './WorkflowsPage.module.css'

interface ColumnParts {
  onDelete: (row: WorkflowRow) => void
  onTag: (row: WorkflowRow) => void
  onMove: (row: WorkflowRow) => void
  /** Rows come from several folders. */
  showsFolder: boolean
}

export function useColumns({ onDelete, onTag, onMove, showsFolder }: ColumnParts): Column<WorkflowRow>[] {
  const changed = useRunsFeed()
  return useMemo(() => {
    const latest = latestByWorkflow(mergeRuns([], changed))
    return [
      {
        key: 'name',
        title: 'Name',
        cell: (row) => (
          <div className={styles.name}>
            <Link to={`/workflows/${row.id}`}>{row.name}</Link>
            {row.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
            {showsFolder && row.folder && (
              <Link className={styles.folder} to={folderAddress(row.folder)}>
                <Folder aria-hidden="true" />
                {row.folder}
              </Link>
            )}
          </div>
        ),
      },
      {
        key: 'state',
        title: 'State',
        width: '190px',
        cell: (row) => <LiveState row={row} />,
        isWideOnly: true,
      },
      {
        key: 'run',
        title: 'Last run',
        width: '210px',
        cell: (row) => <LastRun row={row} live={latest.get(row.id)} />,
      },
      {
        key: 'changed',
        title: 'Changed',
        width: '130px',
        cell: (row) => <TimeAgo at={row.updated_at} />,
        isWideOnly: true,
      },
      {
        key: 'menu',
        title: '',
        width: '56px',
        align: 'end',
        cell: (row) => (
          <WorkflowMenu
            workflow={row}
            onTag={() => onTag(row)}
            onMove={() => onMove(row)}
            onDelete={() => onDelete(row)}
          />
        ),
      },
    ]
  }, [changed, onDelete, onTag, onMove, showsFolder])
}

function latestByWorkflow(runs: readonly RunSummary[]): Map<string, RunSummary> {
  const latest = new Map<string, RunSummary>()
  for (const run of runs) if (!latest.has(run.workflow_id)) latest.set(run.workflow_id, run)
  return latest
}

function LiveState({ row }: { row: WorkflowRow }) {
  if (row.live_version === null) return <Badge>draft</Badge>
  return (
    <span className={styles.state}>
      <Badge tone="succeeded">{`● live v${row.live_version}`}</Badge>
      {row.draft_differs && <Badge>draft differs</Badge>}
    </span>
  )
}

function LastRun({ row, live }: { row: WorkflowRow; live: RunSummary | undefined }) {
  const known = row.last_run
  const run =
    live && (!known || live.id >= known.id)
      ? { id: live.id, status: live.status, at: live.created_at }
      : known
  if (!run) return <span className={styles.never}>never run</span>
  return (
    <Link className={styles.run} to={`/runs/${run.id}`}>
      <StatusPill status={run.status} />
      <TimeAgo at={run.at} />
    </Link>
  )
}
