import { CircleCheck, Clock, Inbox, TriangleAlert } from 'lucide-react'
import { Link } from 'react-router'
import type { TaskRow } from '@/api/types'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { EmptyState } from '@/ui/EmptyState'
import { Skeleton } from '@/ui/Skeleton'
import { TimeAgo } from '@/ui/TimeAgo'
import { pastOf } from './outcomes'
import styles from './TaskList.module.css'

interface TaskListProps {
  rows: readonly TaskRow[]
  shownId: string | undefined
  isPending: boolean
  hasMore: boolean
  onMore: () => void
  onOpen: (id: string) => void
  view: string
  isSearching: boolean
}

export function TaskList({
  rows,
  shownId,
  isPending,
  hasMore,
  onMore,
  onOpen,
  view,
  isSearching,
}: TaskListProps) {
  if (isPending) return <Skeleton lines={8} />
  if (rows.length === 0) {
    return (
      <EmptyState icon={<Inbox />} title={isSearching ? 'No task says that' : 'All done'}>
        {view === 'done' ? 'Decisions that were made are kept here.' : 'No open tasks here.'}
      </EmptyState>
    )
  }
  return (
    <ul className={styles.tasks}>
      {rows.map((task) => (
        <li key={task.id}>
          <Link
            to={`/inbox/${task.id}`}
            className={classes(styles.task, task.id === shownId && styles.shown)}
            aria-current={task.id === shownId || undefined}
            onClick={(event) => {
              if (event.metaKey || event.ctrlKey) return
              event.preventDefault()
              onOpen(task.id)
            }}
          >
            <span className={styles.subject}>{task.subject}</span>
            <span className={styles.from}>
              {task.workflow_name} · {task.node_name}
            </span>
            <Timing task={task} />
          </Link>
        </li>
      ))}
      {hasMore && (
        <li className={styles.more}>
          <Button onClick={onMore}>Show more</Button>
        </li>
      )}
    </ul>
  )
}

export function Timing({ task }: { task: TaskRow }) {
  const { status, decision, due_at: due } = task
  if (status !== 'open') {
    return (
      <span className={styles.timing}>
        <CircleCheck aria-hidden="true" />
        {decision ? pastOf(decision.outcome) : status}
        {task.decided_at && <TimeAgo at={task.decided_at} />}
      </span>
    )
  }
  const isOverdue = due !== null && new Date(due).getTime() < Date.now()
  const Icon = isOverdue ? TriangleAlert : Clock
  return (
    <span className={classes(styles.timing, isOverdue ? styles.overdue : due && styles.due)}>
      <Icon aria-hidden="true" />
      {due ? (
        <>
          {isOverdue ? 'overdue since ' : 'due '}
          <TimeAgo at={due} />
        </>
      ) : (
        <>
          asked <TimeAgo at={task.created_at} />
        </>
      )}
      {(task.priority === 'high' || task.priority === 'urgent') && <strong>{task.priority}</strong>}
    </span>
  )
}
