import { Input, TextArea } from '@/ui/Input'
import { type ControlProps, useForm, useProblem } from '../form-context'

function placeholderOf({ schema }: ControlProps): string | undefined {
  const [example] = schema.examples ?? []
  return schema.ui?.placeholder ?? (example === undefined ? undefined : String(example))
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  return value === undefined || value === null ? '' : JSON.stringify(value)
}

export function TextControl(props: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(props.path) !== null
  return (
    <Input
      id={props.id}
      aria-label={props.label}
      value={textOf(props.value)}
      placeholder={placeholderOf(props)}
      maxLength={props.schema.maxLength}
      aria-required={props.isRequired || undefined}
      readOnly={isReadOnly}
      isInvalid={isInvalid}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}

export function PasswordControl(props: ControlProps) {
  const { isReadOnly } = useForm()
  return (
    <Input
      id={props.id}
      aria-label={props.label}
      type="password"
      autoComplete="new-password"
      value={textOf(props.value)}
      placeholder={placeholderOf(props)}
      readOnly={isReadOnly}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}

export function MultilineControl(props: ControlProps) {
  const { isReadOnly } = useForm()
  const isInvalid = useProblem(props.path) !== null
  return (
    <TextArea
      id={props.id}
      aria-label={props.label}
      value={textOf(props.value)}
      placeholder={placeholderOf(props)}
      readOnly={isReadOnly}
      isInvalid={isInvalid}
      onChange={(event) => props.onChange(event.target.value)}
    />
  )
}
