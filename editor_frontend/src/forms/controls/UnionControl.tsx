import { Select } from '@/ui/Input'
import { FieldGroup } from '../FieldGroup'
import { type ControlProps, useForm } from '../form-context'
import { startObject, unionVariants } from '../schema'
import { asObject } from '../values'
import styles from './nested.module.css'

/** A choice, and the fields of what was chosen. */
export function UnionControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { root, isReadOnly } = useForm()
  const { property, variants } = unionVariants(schema, root)
  const current = asObject(value)
  const chosen = variants.find(({ key }) => key === current[property]) ?? variants[0]
  const hasFields = Object.keys(chosen?.schema.properties ?? {}).some((name) => name !== property)
  const choose = (key: string) => {
    const variant = variants.find((each) => each.key === key)
    if (variant)
      onChange(carried(current, { ...startObject(variant.schema, root), [property]: key }, variant.schema))
  }
  return (
    <div className={styles.stack}>
      <Select
        id={id}
        aria-label={label}
        options={variants.map(({ key, label: text }) => ({ value: key, label: text }))}
        value={chosen?.key}
        disabled={isReadOnly}
        onChange={(event) => choose(event.target.value)}
      />
      {chosen && hasFields && (
        <div className={styles.nested}>
          <FieldGroup
            key={chosen.key}
            schema={chosen.schema}
            value={current}
            onChange={(next) => onChange({ ...next, [property]: chosen.key })}
            path={path}
            id={`${id}-${chosen.key}`}
            hidden={property}
          />
        </div>
      )}
    </div>
  )
}

/** What both variants know stays, except credentials, whose types differ. */
function carried(
  before: Record<string, unknown>,
  start: Record<string, unknown>,
  schema: ControlProps['schema'],
): Record<string, unknown> {
  const kept = Object.entries(before).filter(
    ([name]) =>
      schema.properties?.[name]?.const === undefined && schema.properties?.[name] && name !== 'credential',
  )
  return { ...start, ...Object.fromEntries(kept) }
}
