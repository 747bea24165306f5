import type { Json, JsonObject } from '@/api/types'
import { humanize } from '@/forms/schema'
import { classes } from '@/ui/classes'
import { Field } from '@/ui/Field'
import { Input, TextArea } from '@/ui/Input'
import { Switch } from '@/ui/Switch'
import styles from './TaskPane.module.css'
import { wordDiff } from './word-diff'

const longText = 80

/** What is typed, by field; numbers and JSON stay text until they are sent. */
export type Drafts = Readonly<Record<string, string | boolean>>

export function draftsOf(proposed: JsonObject): Drafts {
  return Object.fromEntries(
    Object.entries(proposed).map(([name, value]) => [
      name,
      typeof value === 'boolean' ? value : asText(value),
    ]),
  )
}

export function asText(value: Json): string {
  if (typeof value === 'string') return value
  return value === null ? '' : JSON.stringify(value, null, typeof value === 'object' ? 2 : undefined)
}

/** The value a draft stands for, of the type that was proposed. Raises Error when it does not fit. */
export function valueFromDraft(draft: string | boolean, original: Json): Json {
  if (typeof draft === 'boolean' || typeof original === 'string') return draft
  if (typeof original === 'number') {
    const number = Number(draft.trim().replace(',', '.'))
    if (draft.trim() === '' || !Number.isFinite(number)) throw new Error('This must be a number.')
    return number
  }
  if (original === null) return draft === '' ? null : draft
  try {
    return JSON.parse(draft) as Json
  } catch {
    throw new Error('This must be JSON.')
  }
}

interface ProposedFieldsProps {
  proposed: JsonObject
  drafts: Drafts
  problems: Readonly<Record<string, string>>
  isReadOnly: boolean
  onChange: (drafts: Drafts) => void
}

/** The proposed action as typed fields, with what was changed shown below each. */
export function ProposedFields({ proposed, drafts, problems, isReadOnly, onChange }: ProposedFieldsProps) {
  return (
    <div className={styles.fields}>
      {Object.entries(proposed).map(([name, original]) => {
        const draft = drafts[name] ?? ''
        const id = `proposed-${name}`
        const isLong = asText(original).length > longText || asText(original).includes('\n')
        const shared = {
          id,
          readOnly: isReadOnly,
          isInvalid: Boolean(problems[name]),
          value: String(draft),
        }
        return (
          <div key={name} className={classes(isLong && styles.wide)}>
            <Field label={humanize(name)} htmlFor={id} problem={problems[name]}>
              {typeof draft === 'boolean' ? (
                <Switch
                  id={id}
                  isOn={draft}
                  isDisabled={isReadOnly}
                  onChange={(isOn) => onChange({ ...drafts, [name]: isOn })}
                />
              ) : isLong || (typeof original === 'object' && original !== null) ? (
                <TextArea
                  {...shared}
                  isMono={typeof original === 'object'}
                  onChange={(event) => onChange({ ...drafts, [name]: event.target.value })}
                />
              ) : (
                <Input
                  {...shared}
                  inputMode={typeof original === 'number' ? 'decimal' : undefined}
                  onChange={(event) => onChange({ ...drafts, [name]: event.target.value })}
                />
              )}
              <Changed before={asText(original)} after={String(draft)} />
            </Field>
          </div>
        )
      })}
    </div>
  )
}

function Changed({ before, after }: { before: string; after: string }) {
  if (before === after) return null
  return (
    <p className={styles.diff}>
      {wordDiff(before, after).map(({ kind, text }, index) => {
        const key = `${index}-${kind}`
        if (kind === 'gone') return <del key={key}>{text}</del>
        return kind === 'new' ? <ins key={key}>{text}</ins> : <span key={key}>{text}</span>
      })}
    </p>
  )
}

/** What was edited before deciding, for reading. */
export function ProposedDiff({ before, after }: { before: JsonObject; after: JsonObject }) {
  const changed = Object.keys(before).filter(
    (name) => asText(before[name] ?? null) !== asText(after[name] ?? null),
  )
  return changed.map((name) => (
    <div key={name}>
      {humanize(name)}
      <Changed before={asText(before[name] ?? null)} after={asText(after[name] ?? null)} />
    </div>
  ))
}
