import type { StepStatus } from '@/api/types'
import { statusLooks } from '@/ui/StatusPill'
import styles from './NodeCard.module.css'

const longest = 28

/** What is left of a card from far away: its title in large letters, and its state. Without ports, clipped
 * text and icons of its own, a thousand of them are painted within a frame. */
export function DistantCard({ name, status }: { name: string; status: StepStatus | undefined }) {
  return (
    <>
      <span className={styles.tile} />
      <strong className={styles.title}>{name.length > longest ? `${name.slice(0, longest)}…` : name}</strong>
      <Sign status={status} />
    </>
  )
}

/** The state as an icon that can be made out from afar: colour is never its only sign. */
export function Sign({ status }: { status: StepStatus | undefined }) {
  const Icon = status && statusLooks[status].icon
  return Icon && <Icon className={styles.sign} size={24} aria-hidden="true" />
}
