import { CircleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import styles from './Field.module.css'

export interface FieldProps {
  label: ReactNode
  /** Id of the control, so that a click on the label reaches it; absent for a group of controls. */
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
        <Name className={styles.label} htmlFor={htmlFor}>
          {label}
          {isRequired && (
            <span className={styles.required} title="required" aria-hidden="true">
              *
            </span>
          )}
        </Name>
        {aside}
      </div>
      {children}
      {problem && <FieldProblem>{problem}</FieldProblem>}
      {help && (
        <p className={styles.help} id={htmlFor ? helpId(htmlFor) : undefined}>
          {help}
        </p>
      )}
    </div>
  )
}

/** What is wrong, in the place of it. */
export function FieldProblem({ children }: { children: ReactNode }) {
  return (
    <p className={styles.problem} role="alert">
      <CircleAlert aria-hidden="true" />
      <span>{children}</span>
    </p>
  )
}

function Name({
  className,
  htmlFor,
  children,
}: {
  className?: string
  htmlFor?: string
  children: ReactNode
}) {
  if (!htmlFor) return <span className={className}>{children}</span>
  return (
    <label className={className} htmlFor={htmlFor}>
      {children}
    </label>
  )
}
