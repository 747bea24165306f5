import type { ReactNode } from 'react'
import styles from './Segmented.module.css'

interface SegmentedProps<T extends string> {
  value: T
  options: readonly { value: T; label: ReactNode; title?: string }[]
  onChange: (value: T) => void
  label: string
  isDisabled?: boolean
}

/** A small switch between two to four views. */
export function Segmented<T extends string>({
  value,
  options,
  onChange,
  label,
  isDisabled,
}: SegmentedProps<T>) {
  return (
    <fieldset className={styles.group} disabled={isDisabled}>
      <legend className="visually-hidden">{label}</legend>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          className={styles.option}
          title={option.title}
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  )
}
