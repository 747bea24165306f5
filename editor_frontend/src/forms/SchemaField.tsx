import { Field } from '@/ui/Field'
import { ExpressionToggle } from './ExpressionToggle'
import { type ControlProps, useForm, useProblem } from './form-context'
import { RichText } from './RichText'
import styles from './SchemaField.module.css'
import { fieldKind, humanize, isExpression, isGroup, matchingVariant } from './schema'
import { acceptsExpression, ValueSlot } from './ValueSlot'

/** One field: label, switch between a fixed value and an expression, control, problem, help. */
export function SchemaField({ name, ...control }: Omit<ControlProps, 'label'> & { name: string }) {
  const problem = useProblem(control.path)
  const { root } = useForm()
  const { description, ui } = control.schema
  const label = ui?.label ?? humanize(name)
  const hasShapes = control.schema.anyOf !== undefined && fieldKind(control.schema, root) !== 'optional'
  const kind = fieldKind(
    hasShapes ? matchingVariant(control.schema, control.value, root) : control.schema,
    root,
  )
  return (
    <div className={styles.field}>
      <Field
        label={label}
        htmlFor={isGroup(kind) && !isExpression(control.value) ? undefined : control.id}
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
