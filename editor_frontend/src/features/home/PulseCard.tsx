import { CircleDashed, Clock, Inbox, LoaderCircle, type LucideIcon, TriangleAlert } from 'lucide-react'
import { Link } from 'react-router'
import { classes } from '@/ui/classes'
import styles from './HomePage.module.css'

type Kind = 'running' | 'waiting' | 'inbox' | 'failed'

const icons: Record<Kind, LucideIcon> = {
  running: LoaderCircle,
  waiting: Clock,
  inbox: Inbox,
  failed: TriangleAlert,
}

export function PulseCard({
  kind,
  count,
  label,
  to,
}: {
  kind: Kind
  count: number
  label: string
  to: string
}) {
  const Icon = count === 0 && kind === 'running' ? CircleDashed : icons[kind]
  return (
    <Link className={styles.card} to={to}>
      <span className={classes(styles.icon, count > 0 && styles[kind])}>
        <Icon aria-hidden="true" />
      </span>
      <span className={styles.number}>{count >= 50 ? '50+' : count}</span>
      <span className={styles.label}>{label}</span>
    </Link>
  )
}
