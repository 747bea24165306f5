import { Switch } from '@/ui/Switch'
import { type ControlProps, useForm } from '../form-context'
import { fieldKind, presentSchema, startValue } from '../schema'
import { ValueControl } from '../ValueControl'
import styles from './nested.module.css'

const plainKinds = ['text', 'multiline', 'number', 'choice', 'moment', 'password']

/** A value that may be absent: emptied when plain, switched off when it has fields. */
export function OptionalControl(props: ControlProps) {
  const { id, label, schema, value, onChange } = props
  const { root, isReadOnly } = useForm()
  const present = presentSchema(schema, root)
  const isOn = value !== null && value !== undefined
  if (plainKinds.includes(fieldKind(present, root))) {
    return (
      <ValueControl
        {...props}
        schema={present}
        onChange={(next) => onChange(next === '' ? undefined : next)}
      />
    )
  }
  return (
    <div className={styles.stack}>
      <Switch
        id={id}
        label={label}
        isOn={isOn}
        onChange={(on) => onChange(on ? startValue(present, root) : null)}
        isDisabled={isReadOnly}
      />
      {isOn && <ValueControl {...props} id={`${id}-value`} schema={present} />}
    </div>
  )
}
