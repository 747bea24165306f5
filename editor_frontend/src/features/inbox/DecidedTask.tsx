import { useQuery } from '@tanstack/react-query'
import { ArrowRight, CircleCheck, CircleSlash, CircleX, Hourglass } from 'lucide-react'
import { Link } from 'react-router'
import { sessionQuery } from '@/api/session'
import type { TaskDetail } from '@/api/types'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { TimeAgo } from '@/ui/TimeAgo'
import { Value } from './ContextBlocks'
import { pastOf, toneOf } from './outcomes'
import styles from './TaskPane.module.css'

/** What became of a task that is no longer open, and the way to the next one. */
export function DecidedTask({ task, onNext }: { task: TaskDetail; onNext?: () => void }) {
  return (
    <>
      <Verdict task={task} />
      {task.decision?.answer && Object.keys(task.decision.answer).length > 0 && (
        <section className={styles.card} aria-label="Answers">
          <h3>What was filled in</h3>
          <Value
            value={Object.fromEntries(
              task.form.map(({ name, label }) => [label, task.decision?.answer?.[name] ?? null]),
            )}
          />
        </section>
      )}
      {onNext && (
        <p>
          <Button variant="primary" icon={<ArrowRight />} onClick={onNext}>
            Next task
          </Button>
        </p>
      )}
    </>
  )
}

function Verdict({ task }: { task: TaskDetail }) {
  const { data: me } = useQuery({ ...sessionQuery, select: (session) => session.user?.email })
  const { decision } = task
  const tone = decision ? toneOf(decision.outcome, task.outcomes) : 'plain'
  const Icon = decision
    ? tone === 'danger'
      ? CircleX
      : CircleCheck
    : task.status === 'expired'
      ? Hourglass
      : CircleSlash
  return (
    <section className={classes(styles.verdict, styles[tone])} role="status">
      <Icon aria-hidden="true" />
      <div>
        <h3>{verdictOf(task, me)}</h3>
        <p className={styles.aside}>
          {task.decided_at && <TimeAgo at={task.decided_at} />}
          {decision && ` · the run goes on at “${decision.outcome}”`}
          {decision?.automatic && ` · ${decision.automatic}`}
          {task.run_id && (
            <>
              {' · '}
              <Link to={`/runs/${task.run_id}`}>See the run</Link>
            </>
          )}
        </p>
        {decision?.comment && <blockquote className={styles.quote}>{decision.comment}</blockquote>}
      </div>
    </section>
  )
}

function verdictOf({ status, decision }: TaskDetail, me: string | undefined): string {
  if (decision) {
    const who = decision.by === me ? 'you' : decision.by
    return who ? `${pastOf(decision.outcome)} by ${who}` : `${pastOf(decision.outcome)} by itself`
  }
  return status === 'expired'
    ? 'The time ran out; the run went on without a decision'
    : 'Withdrawn: the run ended before anyone decided'
}
