import { CircleCheck, Clock, Flag, Inbox, TriangleAlert, User } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link, useLocation } from 'react-router'
import type { InboxView, TaskFilter } from '@/api/inbox'
import type { TaskRow } from '@/api/types'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { EmptyState } from '@/ui/EmptyState'
import { Skeleton } from '@/ui/Skeleton'
import { TimeAgo } from '@/ui/TimeAgo'
import { useClock } from '@/ui/use-clock'
import { pastOf } from './outcomes'
import { Tags } from './Tags'
import styles from './TaskList.module.css'
import type { Ticks } from './use-ticks'
import { roughly } from './words'

interface TaskListProps {
  rows: readonly TaskRow[]
  shownId: string | undefined
  isPending: boolean
  hasMore: boolean
  onMore: () => void
  onOpen: (id: string) => void
  place: TaskFilter
  ticks: Ticks
}

const emptyWords: Record<InboxView, string> = {
  mine: 'Nothing waits for you.',
  teams: 'Nothing waits for your teams.',
  unassigned: 'Nothing waits for just anyone.',
  overdue: 'Nothing is overdue.',
  everything: 'Nothing waits for a person.',
  done: 'Nothing was decided yet.',
}

export function TaskList(props: TaskListProps) {
  const { rows, shownId, isPending, hasMore, onMore, onOpen, place, ticks } = props
  const list = useRef<HTMLUListElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row of the shown task moves with it
  useEffect(() => {
    list.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest' })
  }, [shownId])
  if (isPending) return <Skeleton lines={8} />
  if (rows.length === 0) {
    return (
      <EmptyState icon={<Inbox />} title={place.q ? `No task has “${place.q}” in it` : 'All done'}>
        {!place.q && emptyWords[place.view]}
      </EmptyState>
    )
  }
  return (
    <ul className={classes(styles.tasks, ticks.ids.length > 0 && styles.ticking)} ref={list}>
      {rows.map((task) => (
        <Row key={task.id} task={task} isShown={task.id === shownId} onOpen={onOpen} ticks={ticks} />
      ))}
      {hasMore && (
        <li className={styles.more}>
          <Button onClick={onMore}>Show more</Button>
        </li>
      )}
    </ul>
  )
}

interface RowProps {
  task: TaskRow
  isShown: boolean
  onOpen: (id: string) => void
  ticks: Ticks
}

function Row({ task, isShown, onOpen, ticks }: RowProps) {
  const { search } = useLocation()
  return (
    <li className={classes(styles.row, isShown && styles.shown)}>
      {task.status === 'open' && (
        <label className={styles.tick}>
          <input
            type="checkbox"
            aria-label={`Tick ${task.subject}`}
            checked={ticks.has(task.id)}
            onChange={() => ticks.toggle(task.id)}
          />
        </label>
      )}
      <Link
        to={{ pathname: `/inbox/${task.id}`, search }}
        className={styles.task}
        aria-current={isShown || undefined}
        onClick={(event) => {
          if (event.metaKey || event.ctrlKey || event.shiftKey) return
          event.preventDefault()
          onOpen(task.id)
        }}
      >
        <span className={styles.subject}>{task.subject}</span>
        <span className={styles.from}>{fromOf(task)}</span>
        <span className={styles.marks}>
          <Timing task={task} />
          <PriorityMark priority={task.priority} />
          {task.claimed_by && task.status === 'open' && (
            <span className={styles.claimed}>
              <User aria-hidden="true" />
              {task.claimed_by}
            </span>
          )}
          <Tags tags={task.tags} most={4} />
        </span>
      </Link>
    </li>
  )
}

function fromOf(task: TaskRow): string {
  const round = task.round > 1 ? `draft ${task.round} after your note` : ''
  const severity = task.severity ? `${task.severity} severity` : ''
  const kind = task.kind === 'repair' ? 'repair' : ''
  return [task.workflow_name, task.node_name, task.queue, severity, kind, round].filter(Boolean).join(' · ')
}

export function PriorityMark({ priority }: { priority: TaskRow['priority'] }) {
  if (priority === 'normal') return null
  const tone = { urgent: styles.overdue, high: styles.due, low: undefined }[priority]
  return (
    <span className={classes(styles.priority, tone)}>
      <Flag aria-hidden="true" />
      {priority}
    </span>
  )
}

export function Timing({ task }: { task: TaskRow }) {
  const { status, decision, due_at: due } = task
  const now = useClock(status === 'open' && due !== null, 30_000)
  if (status !== 'open') {
    return (
      <span className={styles.timing}>
        <CircleCheck aria-hidden="true" />
        {decision ? pastOf(decision.outcome) : status}
        {decision?.automatic && ' by itself'}
        {task.decided_at && <TimeAgo at={task.decided_at} />}
      </span>
    )
  }
  if (due === null) {
    return (
      <span className={styles.timing}>
        <Clock aria-hidden="true" />
        asked <TimeAgo at={task.created_at} />
      </span>
    )
  }
  const left = new Date(due).getTime() - now
  const Icon = left <= 0 ? TriangleAlert : Clock
  return (
    <span className={classes(styles.timing, left <= 0 ? styles.overdue : styles.due)}>
      <Icon aria-hidden="true" />
      <time dateTime={due}>{left <= 0 ? `overdue ${roughly(-left)}` : `due in ${roughly(left)}`}</time>
    </span>
  )
}
