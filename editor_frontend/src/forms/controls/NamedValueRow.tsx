import { X } from 'lucide-react'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import { CompactValue } from '../CompactValue'
import { useForm, useProblem } from '../form-context'
import { RichText } from '../RichText'
import type { Schema } from '../schema'
import styles from './NamedValueRow.module.css'

interface NamedValueRowProps {
  id: string
  path: string
  /** Of a record with `name` and `value`. */
  schema: Schema
  record: Readonly<Record<string, unknown>>
  onChange: (record: Record<string, unknown>) => void
  onRemove: () => void
}

/** `name = value` in one line. */
export function NamedValueRow({ id, path, schema, record, onChange, onRemove }: NamedValueRowProps) {
  const { isReadOnly } = useForm()
  const nameProblem = useProblem(`${path}.name`)
  const valueProblem = useProblem(`${path}.value`)
  const [example] = schema.properties?.name?.examples ?? []
  const problem = nameProblem ?? valueProblem
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
        label={`Value of ${record.name || 'the field'}`}
        path={`${path}.value`}
        schema={schema.properties?.value ?? {}}
        value={record.value}
        onChange={(value) => onChange({ ...record, value })}
      />
      <IconButton
        label={`Remove ${record.name ?? ''}`}
        icon={<X />}
        size="small"
        disabled={isReadOnly}
        onClick={onRemove}
      />
      {problem && (
        <p className={styles.problem} role="alert">
          <RichText text={problem} />
        </p>
      )}
    </div>
  )
}
