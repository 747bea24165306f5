import { useQuery } from '@tanstack/react-query'
import { ArrowLeft } from 'lucide-react'
import { Link } from 'react-router'
import { errorText } from '@/api/client'
import { taskQuery } from '@/api/inbox'
import type { TaskDetail } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { Skeleton } from '@/ui/Skeleton'
import { TimeAgo } from '@/ui/TimeAgo'
import { ContextBlocks } from './ContextBlocks'
import { DecisionForm } from './DecisionForm'
import { pastOf } from './outcomes'
import { ProposedDiff } from './ProposedFields'
import { Prose } from './Prose'
import { TaskHistory } from './TaskHistory'
import styles from './TaskPane.module.css'

export function TaskPane({ taskId, onBack }: { taskId: string; onBack?: () => void }) {
  const { data: task, error } = useQuery(taskQuery(taskId))
  return (
    <article className={styles.pane}>
      {onBack && (
        <Button variant="ghost" icon={<ArrowLeft />} className={styles.back} onClick={onBack}>
          All tasks
        </Button>
      )}
      {error && <p className={styles.problem}>{errorText(error)}</p>}
      {!task && !error && <Skeleton lines={6} />}
      {task && <Task task={task} />}
    </article>
  )
}

function Task({ task }: { task: TaskDetail }) {
  const who =
    task.assignees.length > 0 ? `any one of ${task.assignees.join(', ')} decides` : 'anyone may decide'
  return (
    <>
      <header>
        <p className={styles.origin}>
          {task.workflow_id ? (
            <Link to={`/workflows/${task.workflow_id}`}>{task.workflow_name}</Link>
          ) : (
            task.workflow_name
          )}{' '}
          → {task.node_name} · asked <TimeAgo at={task.created_at} /> · {who}
        </p>
        <h2 className={styles.subject}>{task.subject}</h2>
      </header>
      {task.description && <Prose text={task.description} />}
      <div className={styles.cards}>
        {task.why && (
          <section className={styles.card}>
            <h3>Why you</h3>
            <Prose text={task.why} />
          </section>
        )}
        <ContextBlocks context={task.context} />
      </div>
      {task.status === 'open' ? (
        // A changed task is a new question: what was typed for the old one must not answer it.
        <DecisionForm key={task.revision} task={task}>
          <TaskHistory task={task} />
        </DecisionForm>
      ) : (
        <>
          <Decided task={task} />
          <TaskHistory task={task} />
        </>
      )}
    </>
  )
}

function Decided({ task }: { task: TaskDetail }) {
  const { decision } = task
  if (!decision) {
    return (
      <p className={styles.closed}>
        {task.status === 'expired'
          ? 'Nobody answered in time; the run went on without an answer.'
          : 'No answer is needed any more: the run ended.'}{' '}
        <Link to={`/runs/${task.run_id}`}>Open the run</Link>
      </p>
    )
  }
  return (
    <section className={styles.card}>
      <h3>Decision</h3>
      <p>
        <Badge tone={decision.outcome === 'rejected' ? 'failed' : 'succeeded'}>
          {pastOf(decision.outcome)}
        </Badge>{' '}
        by {decision.by} <TimeAgo at={decision.at} /> · <Link to={`/runs/${task.run_id}`}>Open the run</Link>
      </p>
      {decision.comment && <blockquote className={styles.quote}>{decision.comment}</blockquote>}
      <ProposedDiff before={task.proposed} after={{ ...task.proposed, ...decision.proposed }} />
    </section>
  )
}
