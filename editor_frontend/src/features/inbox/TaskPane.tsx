import { useQuery } from '@tanstack/react-query'
import { ArrowLeft, Check, Hourglass, Users } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { errorText } from '@/api/client'
import { taskQuery } from '@/api/inbox'
import type { TaskDetail } from '@/api/types'
import { Button } from '@/ui/Button'
import { Prose } from '@/ui/Prose'
import { Skeleton } from '@/ui/Skeleton'
import { TimeAgo } from '@/ui/TimeAgo'
import { dateTime } from '@/ui/time'
import { ContextBlocks } from './ContextBlocks'
import { DecidedTask } from './DecidedTask'
import { DecisionForm } from './DecisionForm'
import { HandleBar } from './HandleBar'
import { ActionFacts } from './ProposedFields'
import { searchOf } from './place'
import { RunTrace } from './RunTrace'
import { Tags } from './Tags'
import { TaskHistory } from './TaskHistory'
import { PriorityMark, Timing } from './TaskList'
import styles from './TaskPane.module.css'
import { Votes } from './Votes'
import { actionTitle, askedOf } from './words'

interface TaskPaneProps {
  taskId: string
  onBack?: () => void
  onNext?: () => void
}

export function TaskPane({ taskId, onBack, onNext }: TaskPaneProps) {
  const { data: task, error } = useQuery(taskQuery(taskId))
  return (
    <article className={styles.pane}>
      {onBack && (
        <Button variant="ghost" icon={<ArrowLeft />} className={styles.back} onClick={onBack}>
          All tasks
        </Button>
      )}
      {error && (
        <p className={styles.problem} role="alert">
          {errorText(error)}
        </p>
      )}
      {!task && !error && <Skeleton lines={6} />}
      {task && <Task fresh={task} onNext={onNext} />}
    </article>
  )
}

/** The task as it is now, or, once something was typed into it, as it was then: a change asks first. */
function useShown(fresh: TaskDetail) {
  const [held, setHeld] = useState<TaskDetail | null>(null)
  const isSame = held === null || (held.revision === fresh.revision && held.status === fresh.status)
  return {
    task: isSame ? fresh : held,
    isStale: !isSame,
    hold: () => setHeld((before) => before ?? fresh),
    letGo: () => setHeld(null),
  }
}

function Task({ fresh, onNext }: { fresh: TaskDetail; onNext?: () => void }) {
  const { task, isStale, hold, letGo } = useShown(fresh)
  const isOpen = task.status === 'open'
  const mayDecide = isOpen && task.nonce !== null
  return (
    <>
      <TaskHead task={task} />
      {isStale && (
        <div className={styles.banner} role="alert">
          <span>This task changed while you were reading.</span>
          <Button size="small" onClick={letGo}>
            Show it as it is now
          </Button>
        </div>
      )}
      {!isOpen && <DecidedTask task={task} onNext={onNext} />}
      {isOpen && <HandleBar task={fresh} />}
      <div className={styles.cards}>
        {task.why && (
          <section className={styles.card}>
            <h3>Why you are asked</h3>
            <Prose text={task.why} />
          </section>
        )}
        <ContextBlocks context={task.context} />
      </div>
      {task.description && (
        <section className={styles.card}>
          <h3>What is asked</h3>
          <Prose text={task.description} />
        </section>
      )}
      <Votes task={fresh} />
      {mayDecide && !fresh.has_answered ? (
        // A changed task is a new question: what was typed for the old one must not answer it.
        <DecisionForm
          key={`${task.revision} ${task.status}`}
          task={isStale ? task : fresh}
          isStale={isStale}
          onTouch={hold}
          onDecided={letGo}
        >
          <Timers task={fresh} />
          {fresh.run_id && <RunTrace runId={fresh.run_id} decidedAt={fresh.decided_at} />}
          <TaskHistory history={fresh.history} />
        </DecisionForm>
      ) : (
        <ForReading task={fresh} />
      )}
    </>
  )
}

function TaskHead({ task }: { task: TaskDetail }) {
  const asked = task.assignees.length > 0 ? `asked: ${askedOf(task.assignees)}` : 'anyone may decide'
  const view = task.status === 'open' ? 'everything' : 'done'
  const marks = [
    task.due_at && task.status === 'open' && `due ${dateTime(task.due_at)}`,
    task.severity && `severity ${task.severity}`,
    task.queue && `queue ${task.queue}`,
    task.round > 1 && `round ${task.round}`,
    task.claimed_by && task.status === 'open' && `${task.claimed_by} is working on it`,
  ].filter(Boolean)
  return (
    <header>
      <p className={styles.origin}>
        {task.workflow_id ? (
          <Link to={`/workflows/${task.workflow_id}`}>{task.workflow_name}</Link>
        ) : (
          task.workflow_name
        )}
        {` → ${task.node_name} · asked by the workflow `}
        <TimeAgo at={task.created_at} />
        {` · ${asked}`}
        {task.run_id && (
          <>
            {' · '}
            <Link to={`/runs/${task.run_id}`}>its run</Link>
          </>
        )}
      </p>
      <h2 className={styles.subject}>{task.subject}</h2>
      <p className={styles.marks}>
        {task.status === 'open' && <Timing task={task} />}
        <PriorityMark priority={task.priority} />
        {marks.map((mark) => (
          <span key={String(mark)}>{mark}</span>
        ))}
        <Tags tags={task.tags} hrefOf={(tag) => `/inbox${searchOf({ view, tag })}`} />
      </p>
    </header>
  )
}

function Timers({ task }: { task: TaskDetail }) {
  if (task.timers.length === 0) return null
  return (
    <section className={styles.card} aria-label="If nobody answers">
      <h3>If nobody answers</h3>
      <ol className={styles.history}>
        {task.timers.map(({ at, words }) => (
          <li key={`${at} ${words}`}>
            <Hourglass aria-hidden="true" />
            <div>
              <span className={styles.aside}>{dateTime(at)}</span> {words}
            </div>
          </li>
        ))}
      </ol>
    </section>
  )
}

function ForReading({ task }: { task: TaskDetail }) {
  const isOpen = task.status === 'open'
  const decided = task.decision?.proposed ?? {}
  return (
    <>
      {Object.keys(task.proposed).length > 0 && (
        <section className={styles.card} aria-label="Action">
          <h3>{actionTitle(task)}</h3>
          <ActionFacts before={task.proposed} after={{ ...task.proposed, ...decided }} />
        </section>
      )}
      <Timers task={task} />
      {task.run_id && <RunTrace runId={task.run_id} decidedAt={task.decided_at} />}
      <TaskHistory history={task.history} />
      {isOpen && (
        <p className={styles.banner}>
          {task.has_answered ? <Check aria-hidden="true" /> : <Users aria-hidden="true" />}
          <span>
            {task.has_answered
              ? 'Your answer is in; others are still to give theirs.'
              : `Only those who are asked may decide this: ${askedOf(task.assignees) || 'others'}.`}
          </span>
        </p>
      )}
    </>
  )
}
