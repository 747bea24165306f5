import { Undo2 } from 'lucide-react'
import type { Json, JsonObject } from '@/api/types'
import { humanize } from '@/forms/schema'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { Field } from '@/ui/Field'
import { Input, TextArea } from '@/ui/Input'
import { Switch } from '@/ui/Switch'
import { Diff } from './Diff'
import styles from './Fields.module.css'
import { asText, type Drafts, draftsOf, isEdited, type Problems } from './proposal'

const longText = 80

interface ProposedFieldsProps {
  proposed: JsonObject
  drafts: Drafts
  problems: Problems
  onChange: (drafts: Drafts) => void
}

/** The proposed action as typed fields, with what was changed shown below each. */
export function ProposedFields({ proposed, drafts, problems, onChange }: ProposedFieldsProps) {
  const originals = draftsOf(proposed)
  return (
    <div className={styles.fields}>
      {Object.entries(proposed).map(([name, original]) => {
        const change = (draft: string | boolean) => onChange({ ...drafts, [name]: draft })
        const draft = drafts[name] ?? ''
        return (
          <div key={name} className={classes(isLong(original) && styles.wide)}>
            <Field
              label={humanize(name)}
              htmlFor={`proposed-${name}`}
              problem={problems[name]}
              aside={
                isEdited(original, draft) && (
                  <Button
                    variant="ghost"
                    size="small"
                    className={styles.undo}
                    icon={<Undo2 />}
                    onClick={() => change(originals[name] ?? '')}
                  >
                    As proposed
                  </Button>
                )
              }
            >
              <Control
                name={name}
                original={original}
                draft={draft}
                isInvalid={Boolean(problems[name])}
                onChange={change}
              />
              {isEdited(original, draft) && <Diff before={asText(original)} after={String(draft)} />}
            </Field>
          </div>
        )
      })}
    </div>
  )
}

interface ControlProps {
  name: string
  original: Json
  draft: string | boolean
  isInvalid: boolean
  onChange: (draft: string | boolean) => void
}

function Control({ name, original, draft, isInvalid, onChange }: ControlProps) {
  const id = `proposed-${name}`
  if (typeof draft === 'boolean') return <Switch id={id} isOn={draft} onChange={onChange} />
  if (isLong(original)) {
    return (
      <TextArea
        id={id}
        isInvalid={isInvalid}
        isMono={typeof original === 'object'}
        value={draft}
        onChange={(event) => onChange(event.target.value)}
      />
    )
  }
  return (
    <Input
      id={id}
      isInvalid={isInvalid}
      inputMode={typeof original === 'number' ? 'decimal' : undefined}
      value={draft}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function isLong(value: Json): boolean {
  if (typeof value === 'object' && value !== null) return true
  return typeof value === 'string' && (value.length > longText || value.includes('\n'))
}

/** The action for reading: as proposed, or, once decided, with what was edited. */
export function ActionFacts({ before, after }: { before: JsonObject; after: JsonObject }) {
  return (
    <dl className={styles.fields}>
      {Object.entries(before).map(([name, original]) => (
        <div key={name} className={classes(isLong(original) && styles.wide)}>
          <dt className={styles.name}>{humanize(name)}</dt>
          <dd>
            {asText(original) || asText(after[name] ?? original) ? (
              <Diff before={asText(original)} after={asText(after[name] ?? original)} />
            ) : (
              'empty'
            )}
          </dd>
        </div>
      ))}
    </dl>
  )
}
