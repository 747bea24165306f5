import { Field } from '@/ui/Field'
import { ExpressionToggle } from './ExpressionToggle'
import { type ControlProps, useProblem } from './form-context'
import { RichText } from './RichText'
import styles from './SchemaField.module.css'
import { humanize } from './schema'
import { acceptsExpression, ValueSlot } from './ValueSlot'

/** One field: label, switch between a fixed value and an expression, control, problem, help. */
export function SchemaField({ name, ...control }: Omit<ControlProps, 'label'> & { name: string }) {
  const problem = useProblem(control.path)
  const label = humanize(name)
  const { description } = control.schema
  return (
    <div className={styles.field}>
      <Field
        label={label}
        htmlFor={control.id}
        help={description && <RichText text={description} />}
        problem={problem}
        isRequired={control.isRequired}
        aside={acceptsExpression(control.schema) && <ExpressionToggle {...control} label={label} />}
      >
        <ValueSlot {...control} label={label} />
      </Field>
    </div>
  )
}
