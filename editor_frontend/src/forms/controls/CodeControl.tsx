import { CodeEditor } from '../CodeEditor'
import { type ControlProps, useForm } from '../form-context'

export function CodeControl({ id, label, schema, value, onChange }: ControlProps) {
  const { isReadOnly, expressions } = useForm()
  return (
    <CodeEditor
      id={id}
      label={label}
      language={schema.ui?.language ?? 'text'}
      value={typeof value === 'string' ? value : ''}
      onChange={onChange}
      isReadOnly={isReadOnly}
      scope={expressions}
      minLines={8}
    />
  )
}
