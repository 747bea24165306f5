import { type ControlProps, useForm } from '../form-context'

export function ColorControl({ id, label, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  return (
    <input
      id={id}
      type="color"
      aria-label={label}
      value={typeof value === 'string' && value !== '' ? value : '#4f46e5'}
      disabled={isReadOnly}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
