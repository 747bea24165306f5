import styles from './CompactValue.module.css'
import { ExpressionToggle } from './ExpressionToggle'
import type { ControlProps } from './form-context'
import { ValueSlot } from './ValueSlot'

/** A value in a row: its control, and a small button for the expression. */
export function CompactValue(props: Omit<ControlProps, 'isRequired'>) {
  const control = { ...props, isRequired: false }
  return (
    <div className={styles.compact}>
      <div className={styles.slot}>
        <ValueSlot {...control} />
      </div>
      <ExpressionToggle {...control} isCompact />
    </div>
  )
}
