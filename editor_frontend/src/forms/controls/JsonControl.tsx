import { useState } from 'react'
import { CodeEditor } from '../CodeEditor'
import { type ControlProps, useForm } from '../form-context'
import styles from './JsonControl.module.css'

/** Keeps what is typed while it is not JSON yet, and says so. */
export function JsonControl({ id, label, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const [draft, setDraft] = useState<{ text: string; problem: string | null; of: unknown } | null>(null)
  const isCurrent = draft !== null && (draft.problem !== null || draft.of === value)
  const text = isCurrent ? draft.text : JSON.stringify(value ?? null, null, 2)
  const type = (next: string) => {
    try {
      const parsed: unknown = JSON.parse(next)
      setDraft({ text: next, problem: null, of: parsed })
      onChange(parsed)
    } catch (error) {
      setDraft({ text: next, problem: error instanceof Error ? error.message : 'not JSON', of: value })
    }
  }
  return (
    <div className={styles.json}>
      <CodeEditor
        id={id}
        label={label}
        language="json"
        value={text}
        onChange={type}
        isReadOnly={isReadOnly}
        minLines={2}
      />
      {draft?.problem && isCurrent && <p className={styles.problem}>{draft.problem}</p>}
    </div>
  )
}
