import { useQuery } from '@tanstack/react-query'
import { CalendarClock } from 'lucide-react'
import { Link } from 'react-router'
import { comingQuery } from '@/api/schedules'
import { Section } from '@/ui/Page'
import { TimeAgo } from '@/ui/TimeAgo'
import { dateTime } from '@/ui/time'
import styles from './HomePage.module.css'

const mostShown = 5

/** What the clock starts next; nothing at all while no schedule is live. */
export function ComingList() {
  const { data } = useQuery(comingQuery)
  if (!data || data.length === 0) return null
  return (
    <Section title="Next schedules">
      <ul className={styles.runs}>
        {data.slice(0, mostShown).map((coming) => (
          <li key={`${coming.workflow_id} ${coming.node}`}>
            <Link className={styles.run} to={`/workflows/${coming.workflow_id}`}>
              <span className={styles.soon}>
                <CalendarClock aria-hidden="true" />
                <TimeAgo at={coming.at} />
              </span>
              <span className={styles.what}>{coming.workflow_name}</span>
              <span className={styles.when}>{dateTime(coming.at)}</span>
            </Link>
          </li>
        ))}
      </ul>
    </Section>
  )
}
