import {
  Ban,
  CircleCheck,
  CircleDashed,
  Clock,
  LoaderCircle,
  type LucideIcon,
  RotateCw,
  SkipForward,
  TriangleAlert,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { Badge, type Tone } from './Badge'
import { classes } from './classes'
import styles from './StatusPill.module.css'

export type StatusName =
  | 'queued'
  | 'running'
  | 'paused'
  | 'retrying'
  | 'succeeded'
  | 'failed'
  | 'cancelled'
  | 'skipped'

interface Look {
  tone: Tone
  word: string
  icon: LucideIcon
}

/** Icon, word and colour of every state: colour is never the only sign. */
export const statusLooks: Record<StatusName, Look> = {
  queued: { tone: 'neutral', word: 'queued', icon: CircleDashed },
  running: { tone: 'running', word: 'running', icon: LoaderCircle },
  paused: { tone: 'waiting', word: 'waiting', icon: Clock },
  retrying: { tone: 'waiting', word: 'retrying', icon: RotateCw },
  succeeded: { tone: 'succeeded', word: 'succeeded', icon: CircleCheck },
  failed: { tone: 'failed', word: 'failed', icon: TriangleAlert },
  cancelled: { tone: 'skipped', word: 'cancelled', icon: Ban },
  skipped: { tone: 'skipped', word: 'skipped', icon: SkipForward },
}

export function StatusPill({ status, children }: { status: StatusName; children?: ReactNode }) {
  const { tone, word, icon: Icon } = statusLooks[status]
  return (
    <Badge tone={tone} icon={<Icon aria-hidden="true" data-spins={status === 'running' || undefined} />}>
      {children ?? word}
    </Badge>
  )
}

/** The same without the pill: for dense lists and footers of cards. */
export function StatusText({ status, children }: { status: StatusName; children?: ReactNode }) {
  const { tone, word, icon: Icon } = statusLooks[status]
  return (
    <span className={classes(styles.text, styles[tone])}>
      <Icon aria-hidden="true" data-spins={status === 'running' || undefined} />
      <span className={styles.words}>{children ?? word}</span>
    </span>
  )
}
