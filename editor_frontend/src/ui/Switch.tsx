import { Switch as Radix } from 'radix-ui'
import styles from './Switch.module.css'

interface SwitchProps {
  id?: string
  isOn: boolean
  onChange: (isOn: boolean) => void
  label?: string
  isDisabled?: boolean
  describedBy?: string
}

export function Switch({ id, isOn, onChange, label, isDisabled, describedBy }: SwitchProps) {
  return (
    <Radix.Root
      id={id}
      className={styles.switch}
      checked={isOn}
      onCheckedChange={onChange}
      aria-label={label}
      aria-describedby={describedBy}
      disabled={isDisabled}
    >
      <Radix.Thumb className={styles.thumb} />
    </Radix.Root>
  )
}
