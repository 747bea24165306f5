import { Users } from 'lucide-react'
import type { TaskDetail } from '@/api/types'
import { classes } from '@/ui/classes'
import { pastOf } from './outcomes'
import styles from './TaskPane.module.css'

/** How many answers it takes, and those that were given. */
export function Votes({ task }: { task: TaskDetail }) {
  if (!task.policy) return null
  const policy = task.policy.charAt(0).toUpperCase() + task.policy.slice(1)
  if (task.votes.length === 0) {
    return task.status === 'open' ? (
      <p className={styles.banner}>
        <Users aria-hidden="true" />
        <span>{policy}.</span>
      </p>
    ) : null
  }
  return (
    <section className={styles.card} aria-label="Answers so far">
      <h3>
        Answers so far<span className={styles.aside}> · {task.policy}</span>
      </h3>
      <ul className={styles.history}>
        {task.votes.map((vote) => (
          <li key={`${vote.by} ${vote.at}`} className={classes(!vote.counts && styles.lapsed)}>
            <Users aria-hidden="true" />
            <div>
              <b>{vote.by}</b>
              {vote.instead_of && ` for ${vote.instead_of}`}: {pastOf(vote.outcome)}
              {!vote.counts && <span className={styles.aside}> (before the proposal was changed)</span>}
              {vote.comment && <blockquote className={styles.quote}>{vote.comment}</blockquote>}
            </div>
          </li>
        ))}
      </ul>
    </section>
  )
}
