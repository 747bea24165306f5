import { ChevronRight } from 'lucide-react'
import { useState } from 'react'
import styles from './FieldGroup.module.css'
import { useForm } from './form-context'
import { SchemaField } from './SchemaField'
import { resolveSchema, type Schema, shownFields } from './schema'

interface FieldGroupProps {
  /** Resolved; of an object. */
  schema: Schema
  value: Readonly<Record<string, unknown>>
  onChange: (value: Record<string, unknown>) => void
  path: string
  id: string
  /** A field that something else edits: the discriminator of a union. */
  hidden?: string
}

/** The fields of an object, one below the other; advanced ones folded away. */
export function FieldGroup({ schema, value, onChange, path, id, hidden }: FieldGroupProps) {
  const { root, problems } = useForm()
  const prefix = path ? `${path}.` : ''
  const fields = shownFields(schema, value)
    .filter(([name, field]) => name !== hidden && field.const === undefined)
    .map(([name, field]) => ({ name, field: resolveSchema(field, root) }))
  const advanced = fields.filter(({ field }) => field.ui?.advanced)
  const hasHiddenProblem = advanced.some(({ name }) =>
    problems.some((each) => each.path.startsWith(prefix + name)),
  )
  const [isOpen, setOpen] = useState(false)
  const showsAdvanced = isOpen || hasHiddenProblem
  const draw = ({ name, field }: (typeof fields)[number]) => (
    <SchemaField
      key={name}
      name={name}
      id={`${id}-${name}`}
      path={prefix + name}
      schema={field}
      value={value[name] === undefined ? field.default : value[name]}
      isRequired={schema.required?.includes(name) ?? false}
      onChange={(next) => onChange(withField(value, name, next))}
    />
  )
  return (
    <div className={styles.group}>
      {fields.filter(({ field }) => !field.ui?.advanced).map(draw)}
      {advanced.length > 0 && (
        <button
          type="button"
          className={styles.more}
          aria-expanded={showsAdvanced}
          onClick={() => setOpen(!showsAdvanced)}
        >
          <ChevronRight aria-hidden="true" />
          Advanced
        </button>
      )}
      {showsAdvanced && advanced.map(draw)}
    </div>
  )
}

function withField(
  value: Readonly<Record<string, unknown>>,
  name: string,
  next: unknown,
): Record<string, unknown> {
  if (next !== undefined) return { ...value, [name]: next }
  const { [name]: _, ...rest } = value
  return rest
}
