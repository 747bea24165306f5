import type {
  CSSProperties,
  InputHTMLAttributes,
  Ref,
  SelectHTMLAttributes,
  TextareaHTMLAttributes,
} from 'react'
import { classes } from './classes'
import styles from './Input.module.css'

interface Extra {
  isInvalid?: boolean
  isMono?: boolean
}

export function Input({
  isInvalid,
  isMono,
  className,
  ...rest
}: InputHTMLAttributes<HTMLInputElement> & Extra & { ref?: Ref<HTMLInputElement> }) {
  return (
    <input
      spellCheck={false}
      autoComplete="off"
      {...rest}
      aria-invalid={isInvalid || undefined}
      className={classes(styles.input, isMono && styles.mono, className)}
    />
  )
}

const lineHeight = 20
const padding = 12

export function TextArea({
  rows = 3,
  isInvalid,
  isMono,
  className,
  ...rest
}: TextareaHTMLAttributes<HTMLTextAreaElement> & Extra & { ref?: Ref<HTMLTextAreaElement> }) {
  return (
    <textarea
      rows={rows}
      style={{ '--least': `${rows * lineHeight + padding}px` } as CSSProperties}
      {...rest}
      aria-invalid={isInvalid || undefined}
      className={classes(styles.input, styles.area, isMono && styles.mono, className)}
    />
  )
}

export interface SelectOption {
  value: string
  label: string
}

export function Select({
  options,
  isInvalid,
  className,
  ...rest
}: SelectHTMLAttributes<HTMLSelectElement> & { options: readonly SelectOption[]; isInvalid?: boolean }) {
  return (
    <select
      {...rest}
      aria-invalid={isInvalid || undefined}
      className={classes(styles.input, styles.select, className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  )
}
