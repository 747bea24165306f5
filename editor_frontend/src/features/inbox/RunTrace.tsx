import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router'
import { runStepsQuery } from '@/api/inbox'
import type { StepLine } from '@/api/types'
import { statusLooks } from '@/ui/StatusPill'
import { duration } from '@/ui/time'
import styles from './RunTrace.module.css'
import paneStyles from './TaskPane.module.css'

/** What the run did before it asked, and since; the steps' data is one click away. */
export function RunTrace({ runId, decidedAt }: { runId: string; decidedAt: string | null }) {
  const { data } = useQuery(runStepsQuery(runId, decidedAt))
  if (!data || data.items.length === 0) return null
  return (
    <section className={paneStyles.card} aria-label="The run so far">
      <h3 className={styles.title}>
        <span>The run so far</span>
        <Link to={`/runs/${runId}`}>{data.is_more ? 'See all steps' : 'See their data'}</Link>
      </h3>
      <ol className={styles.steps}>
        {data.items.map((line) => (
          <Step key={line.step} line={line} />
        ))}
      </ol>
    </section>
  )
}

function Step({ line }: { line: StepLine }) {
  const { icon: Icon, tone, word } = statusLooks[line.status]
  return (
    <li className={styles[tone]}>
      <Icon role="img" aria-label={word} data-spins={line.status === 'running' || undefined} />
      <b>{line.node_name}</b>
      <span className={styles.words}>{wordsOf(line)}</span>
    </li>
  )
}

function wordsOf({ status, items, ms, error, wait, ...line }: StepLine): string {
  if (error) return error.message
  if (wait) return wait.reason
  if (status !== 'succeeded') return statusLooks[status].word
  const counted = items !== null && `${items.toLocaleString('en')} ${items === 1 ? 'item' : 'items'}`
  return [counted, ms !== null && ms >= 1 && duration(ms), line.try > 1 && `try ${line.try}`]
    .filter(Boolean)
    .join(' · ')
}
