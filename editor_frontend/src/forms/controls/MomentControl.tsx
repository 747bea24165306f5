import { Input } from '@/ui/Input'
import { type ControlProps, useForm, useProblem } from '../form-context'

/** A moment without offset is in the workflow's time zone; one with an offset is shown as text. */
export function MomentControl({ id, label, path, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  const text = typeof value === 'string' ? value : ''
  const isLocal = text === '' || /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?$/.test(text)
  return (
    <Input
      id={id}
      aria-label={label}
      type={isLocal ? 'datetime-local' : 'text'}
      step={1}
      value={text}
      readOnly={isReadOnly}
      isInvalid={isInvalid}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
