import { Switch } from '@/ui/Switch'
import { type ControlProps, useForm } from '../form-context'

export function BooleanControl({ id, label, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  return <Switch id={id} label={label} isOn={value === true} onChange={onChange} isDisabled={isReadOnly} />
}
