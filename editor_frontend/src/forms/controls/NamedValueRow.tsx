import { ShieldCheck, X } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import { CompactValue } from '../CompactValue'
import { useForm, useProblem } from '../form-context'
import { RichText } from '../RichText'
import type { Schema } from '../schema'
import { ChoiceControl } from './ChoiceControl'
import styles from './NamedValueRow.module.css'

interface NamedValueRowProps {
  id: string
  path: string
  /** Of a record with `name` and `value`, and perhaps the `type` that the value must have. */
  schema: Schema
  record: Readonly<Record<string, unknown>>
  onChange: (record: Record<string, unknown>) => void
  onRemove: () => void
}

const ANY = 'any'

/** `name = value` in one line; the type that is demanded, if one is, below. */
export function NamedValueRow({ id, path, schema, record, onChange, onRemove }: NamedValueRowProps) {
  const { isReadOnly } = useForm()
  const nameProblem = useProblem(`${path}.name`)
  const valueProblem = useProblem(`${path}.value`)
  const [example] = schema.properties?.name?.examples ?? []
  const problem = nameProblem ?? valueProblem
  const name = String(record.name || 'the field')
  const types = schema.properties?.type
  const isDemanding = types !== undefined && (record.type ?? ANY) !== ANY
  const demand = (type: unknown) => {
    const { type: _, ...rest } = record
    onChange(type === ANY ? rest : { ...rest, type })
  }
  return (
    <div className={styles.row}>
      <Input
        id={`${id}-name`}
        className={styles.name}
        aria-label="Name"
        isMono
        placeholder={example ? String(example) : 'name'}
        value={String(record.name ?? '')}
        readOnly={isReadOnly}
        isInvalid={nameProblem !== null}
        onChange={(event) => onChange({ ...record, name: event.target.value })}
      />
      <CompactValue
        id={`${id}-value`}
        label={`Value of ${name}`}
        path={`${path}.value`}
        schema={schema.properties?.value ?? {}}
        value={record.value}
        onChange={(value) => onChange({ ...record, value })}
      />
      <div className={styles.tools}>
        {types && !isDemanding && (
          <IconButton
            label={`Demand a type of ${name}`}
            icon={<ShieldCheck />}
            size="small"
            disabled={isReadOnly}
            onClick={() => demand('text')}
          />
        )}
        <IconButton
          label={`Remove ${record.name ?? ''}`}
          icon={<X />}
          size="small"
          disabled={isReadOnly}
          onClick={onRemove}
        />
      </div>
      {isDemanding && (
        <div className={styles.demand}>
          <span>must be</span>
          <ChoiceControl
            id={`${id}-type`}
            label={`What ${name} must be`}
            path={`${path}.type`}
            schema={types}
            value={record.type}
            isRequired={false}
            onChange={demand}
          />
        </div>
      )}
      {problem && (
        <p className={styles.problem} role="alert">
          <RichText text={problem} />
        </p>
      )}
    </div>
  )
}
