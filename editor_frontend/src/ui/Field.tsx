import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './Field.module.css'

export interface FieldProps {
  label: ReactNode
  /** Id of the control, so that a click on the label reaches it. */
  htmlFor?: string
  help?: ReactNode
  problem?: string | null
  isRequired?: boolean
  /** At the right end of the label's line. */
  aside?: ReactNode
  children: ReactNode
}

export function helpId(id: string): string {
  return `${id}-help`
}

export function Field({ label, htmlFor, help, problem, isRequired, aside, children }: FieldProps) {
  return (
    <div className={styles.field}>
      <div className={styles.top}>
        <label className={styles.label} htmlFor={htmlFor}>
          {label}
          {isRequired && (
            <span className={styles.required} title="required" aria-hidden="true">
              *
            </span>
          )}
        </label>
        {aside}
      </div>
      {children}
      {problem && (
        <p className={styles.problem} role="alert">
          <CircleAlert aria-hidden="true" />
          {problem}
        </p>
      )}
      {help && (
        <p className={styles.help} id={htmlFor ? helpId(htmlFor) : undefined}>
          {help}
        </p>
      )}
    </div>
  )
}
