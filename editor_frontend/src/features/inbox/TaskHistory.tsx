import {
  Check,
  CircleDot,
  CircleSlash,
  Clock,
  Eye,
  Flag,
  Hourglass,
  type LucideIcon,
  MessageSquare,
  Moon,
  User,
  UserRoundPlus,
} from 'lucide-react'
import type { TaskHistoryLine } from '@/api/types'
import { TimeAgo } from '@/ui/TimeAgo'
import styles from './TaskPane.module.css'
import { sentenceOf } from './words'

const icons: Record<string, LucideIcon> = {
  viewed: Eye,
  commented: MessageSquare,
  decided: Check,
  voted: Check,
  cancelled: CircleSlash,
  expired: Hourglass,
  claimed: User,
  released: User,
  reassigned: UserRoundPlus,
  reminded: Clock,
  raised: Flag,
  snoozed: Moon,
  woken: Moon,
}

/** Everything that happened to the task, and who did it. */
export function TaskHistory({ history }: { history: readonly TaskHistoryLine[] }) {
  return (
    <section className={styles.card} aria-label="History">
      <h3>History</h3>
      <ol className={styles.history}>
        {withoutRepeats(history).map((line) => (
          <HistoryLine key={line.number} line={line} />
        ))}
      </ol>
    </section>
  )
}

function HistoryLine({ line }: { line: TaskHistoryLine }) {
  const { who, words, quote } = sentenceOf(line)
  const Icon = icons[line.kind] ?? CircleDot
  return (
    <li>
      <Icon aria-hidden="true" />
      <div>
        <span>
          <b>{who}</b> {words}
        </span>{' '}
        <span className={styles.aside}>
          <TimeAgo at={line.at} />
        </span>
        {quote && <blockquote className={styles.quote}>{quote}</blockquote>}
      </div>
    </li>
  )
}

/** Looking twice is no news. */
function withoutRepeats(history: readonly TaskHistoryLine[]): TaskHistoryLine[] {
  return history.filter(
    (line, index) =>
      line.kind !== 'viewed' ||
      history.findIndex((each) => each.kind === 'viewed' && each.by === line.by) === index,
  )
}
