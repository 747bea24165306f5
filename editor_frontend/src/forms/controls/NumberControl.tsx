import { useState } from 'react'
import { Input } from '@/ui/Input'
import { type ControlProps, useForm, useProblem } from '../form-context'

/** Keeps what is typed while it is not a number yet, such as "-" or "1e". */
export function NumberControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const problem = useProblem(path)
  const [draft, setDraft] = useState<string | null>(null)
  const shown = draft ?? (value === undefined || value === null ? '' : String(value))
  return (
    <Input
      id={id}
      aria-label={label}
      inputMode={schema.type === 'integer' ? 'numeric' : 'decimal'}
      value={shown}
      placeholder={schema.ui?.placeholder}
      readOnly={isReadOnly}
      isInvalid={problem !== null || Boolean(draft && !Number.isFinite(toNumber(draft)))}
      onBlur={() => setDraft(null)}
      onChange={(event) => {
        const text = event.target.value
        const number = toNumber(text)
        if (text.trim() === '') {
          // Stays empty while one types; the default comes back when the field is left.
          setDraft('')
          onChange(undefined)
        } else if (text.startsWith('=') || text.includes('{{')) {
          setDraft(null)
          onChange(text)
        } else if (Number.isFinite(number)) {
          setDraft(String(number) === text ? null : text)
          onChange(number)
        } else setDraft(text)
      }}
    />
  )
}

function toNumber(text: string): number {
  return Number(text.trim().replace(',', '.'))
}
