import type { ReactNode } from 'react'
import styles from './EmptyState.module.css'

/** Teaches: what this is, and one thing to do. */
export function EmptyState(props: {
  icon: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className={styles.empty}>
      <div className={styles.icon} aria-hidden="true">
        {props.icon}
      </div>
      <h2 className={styles.title}>{props.title}</h2>
      {props.children && <div className={styles.text}>{props.children}</div>}
      {props.action && <div className={styles.action}>{props.action}</div>}
    </div>
  )
}
