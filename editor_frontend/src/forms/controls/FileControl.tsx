import { Combobox } from '@/ui/Combobox'
import { type ControlProps, useForm, useProblem } from '../form-context'

/** The name under which an item has a file: one that the current item has, or any other. */
export function FileControl({ id, label, path, value, onChange }: ControlProps) {
  const { expressions, isReadOnly } = useForm()
  const isInvalid = useProblem(path) !== null
  const files = expressions?.files ?? []
  const text = String(value ?? '')
  return (
    <Combobox
      id={id}
      label={label}
      value={text}
      text={text}
      isFree
      isReadOnly={isReadOnly}
      isInvalid={isInvalid}
      choices={files.map((name) => ({ value: name, label: name }))}
      status={files.length === 0 ? 'The current item has no files. What you type is taken as it is.' : null}
      onChange={onChange}
      onSearch={ignore}
    />
  )
}

function ignore(): void {}
