import { FieldGroup } from '../FieldGroup'
import type { ControlProps } from '../form-context'
import { asObject } from '../values'
import styles from './nested.module.css'

export function ObjectControl({ id, path, schema, value, onChange }: ControlProps) {
  return (
    <div className={styles.nested}>
      <FieldGroup schema={schema} value={asObject(value)} onChange={onChange} path={path} id={id} />
    </div>
  )
}
