import { Select } from '@/ui/Input'
import { type ControlProps, useForm, useProblem } from '../form-context'
import { humanize } from '../schema'

export function ChoiceControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  const values = schema.enum ?? []
  const options = values.map((each) => ({ value: String(each), label: humanize(String(each)) }))
  const isKnown = values.some((each) => each === value)
  const unknown = { value: String(value ?? ''), label: value === undefined ? 'Choose…' : String(value) }
  return (
    <Select
      id={id}
      aria-label={label}
      options={isKnown ? options : [unknown, ...options]}
      value={String(value ?? '')}
      disabled={isReadOnly}
      isInvalid={isInvalid}
      onChange={(event) => onChange(values.find((each) => String(each) === event.target.value))}
    />
  )
}
