import { Field, helpId } from '@/ui/Field'
import { Input } from '@/ui/Input'

const shortest = 10

interface NewPasswordFieldProps {
  id: string
  label: string
  value: string
  problem?: string
  onChange: (value: string) => void
}

/** For a password that is about to be set; the server says what else is wrong with it. */
export function NewPasswordField({ id, label, value, problem, onChange }: NewPasswordFieldProps) {
  return (
    <Field
      label={label}
      htmlFor={id}
      isRequired
      problem={problem}
      help={`At least ${shortest} characters, and nothing easily guessed.`}
    >
      <Input
        id={id}
        type="password"
        autoComplete="new-password"
        required
        minLength={shortest}
        aria-describedby={helpId(id)}
        value={value}
        onChange={(event) => onChange(event.target.value)}
      />
    </Field>
  )
}
