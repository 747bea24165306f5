import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './chosen.module.css'
import { IconButton } from './IconButton'

interface ChosenBarProps {
  /** What the bar is about, such as "Chosen runs". */
  label: string
  /** How many there are, in words. */
  count: string
  onClear: () => void
  /** What can be done to them together. */
  children: ReactNode
}

/** Over a table, while rows of it are ticked. */
export function ChosenBar({ label, count, onClear, children }: ChosenBarProps) {
  return (
    <section className={styles.bar} aria-label={label}>
      <strong role="status">{count} chosen</strong>
      <span className={styles.spacer} />
      {children}
      <IconButton className={styles.none} size="small" label="Choose none" icon={<X />} onClick={onClear} />
    </section>
  )
}
