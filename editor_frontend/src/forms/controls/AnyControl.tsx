import { useState } from 'react'
import { Input, Select, TextArea } from '@/ui/Input'
import { type ControlProps, useForm, useProblem } from '../form-context'
import styles from './AnyControl.module.css'
import { BooleanControl } from './BooleanControl'
import { JsonControl } from './JsonControl'
import { NumberControl } from './NumberControl'

type ValueType = 'text' | 'number' | 'boolean' | 'json' | 'null'

const typeOptions: { value: ValueType; label: string }[] = [
  { value: 'text', label: 'Text' },
  { value: 'number', label: 'Number' },
  { value: 'boolean', label: 'Yes/no' },
  { value: 'json', label: 'JSON' },
  { value: 'null', label: 'Nothing' },
]

const starts: Record<ValueType, unknown> = { text: '', number: 0, boolean: true, json: {}, null: null }

function typeOf(value: unknown): ValueType {
  if (value === null) return 'null'
  if (typeof value === 'number') return 'number'
  if (typeof value === 'boolean') return 'boolean'
  return typeof value === 'object' ? 'json' : 'text'
}

/** A value of any type: its type is chosen, never guessed from what is typed. */
export function AnyControl(props: ControlProps) {
  const { isReadOnly } = useForm()
  const { value, onChange, label, schema } = props
  // Nothing was chosen yet: text is what is typed most, and the field stays empty until then.
  const [isUntouched, setUntouched] = useState(value === null || value === undefined)
  const type = isUntouched && (value === null || value === undefined) ? 'text' : typeOf(value ?? null)
  const choose = (next: ValueType) => {
    setUntouched(false)
    onChange(converted(value, next))
  }
  return (
    <div className={styles.any}>
      <Select
        className={styles.type}
        aria-label={`Type of ${label}`}
        options={typeOptions}
        value={type}
        disabled={isReadOnly}
        onChange={(event) => choose(event.target.value as ValueType)}
      />
      <div className={styles.value}>
        {type === 'text' && <AnyText {...props} />}
        {type === 'number' && <NumberControl {...props} schema={{ ...schema, type: 'number' }} />}
        {type === 'boolean' && <BooleanControl {...props} />}
        {type === 'json' && <JsonControl {...props} />}
        {type === 'null' && <Input id={props.id} aria-label={label} value="null" readOnly isMono />}
      </div>
    </div>
  )
}

function AnyText({ id, label, path, schema, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  return (
    <TextArea
      id={id}
      rows={1}
      aria-label={label}
      placeholder={schema.ui?.placeholder}
      value={typeof value === 'string' ? value : ''}
      readOnly={isReadOnly}
      isInvalid={isInvalid}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function converted(value: unknown, type: ValueType): unknown {
  if (type === 'text') return value === null || value === undefined ? '' : textOf(value)
  if (type === 'number') return Number.isFinite(Number(value)) && value !== '' ? Number(value) : starts.number
  if (type === 'json' && typeof value === 'string') {
    try {
      return JSON.parse(value)
    } catch {
      return starts.json
    }
  }
  return starts[type]
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}
