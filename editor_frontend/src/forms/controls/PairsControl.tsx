import { Plus, X } from 'lucide-react'
import { useState } from 'react'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { Input } from '@/ui/Input'
import { CompactValue } from '../CompactValue'
import { focusAdded } from '../focus-added'
import { type ControlProps, useForm } from '../form-context'
import { asObject, removed, replaced } from '../values'
import row from './NamedValueRow.module.css'
import styles from './nested.module.css'

type Pair = readonly [name: string, value: unknown]

/** An object as rows. Rows whose name is empty or taken live here only, until they can be stored. */
export function PairsControl({ id, label, path, schema, value, onChange }: ControlProps) {
  const { isReadOnly } = useForm()
  const stored = asObject(value)
  const [draft, setDraft] = useState<readonly Pair[] | null>(null)
  const isStale = draft !== null && JSON.stringify(toObject(draft)) !== JSON.stringify(stored)
  const pairs: readonly Pair[] = draft && !isStale ? draft : Object.entries(stored)
  const change = (next: readonly Pair[]) => {
    setDraft(next)
    onChange(toObject(next))
  }
  const inner = typeof schema.additionalProperties === 'object' ? schema.additionalProperties : {}
  return (
    <div className={styles.stack}>
      {pairs.map(([name, each], index) => {
        const isTaken = name !== '' && pairs.findIndex(([other]) => other === name) !== index
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a row keeps its place while its name is typed
          <div key={index} className={row.row}>
            <Input
              className={row.name}
              aria-label="Name"
              isMono
              placeholder="name"
              value={name}
              readOnly={isReadOnly}
              isInvalid={isTaken}
              onChange={(event) => change(replaced(pairs, index, [event.target.value, each]))}
            />
            <CompactValue
              id={`${id}-${index}`}
              label={`Value of ${name || 'the entry'}`}
              path={`${path}.${name}`}
              schema={inner}
              value={each}
              onChange={(next) => change(replaced(pairs, index, [name, next]))}
            />
            <IconButton
              label={`Remove ${name}`}
              icon={<X />}
              size="small"
              disabled={isReadOnly}
              onClick={() => change(removed(pairs, index))}
            />
            {isTaken && <p className={row.problem}>{`There is already a “${name}”.`}</p>}
          </div>
        )
      })}
      {!isReadOnly && (
        <Button
          size="small"
          variant="ghost"
          icon={<Plus />}
          className={styles.add}
          aria-label={`Add to ${label}`}
          onClick={(event) => {
            change([...pairs, ['', '']])
            focusAdded(event.currentTarget)
          }}
        >
          Add
        </Button>
      )}
    </div>
  )
}

function toObject(pairs: readonly Pair[]): Record<string, unknown> {
  const named = pairs.filter(
    ([name], index) => name !== '' && pairs.findIndex(([other]) => other === name) === index,
  )
  return Object.fromEntries(named)
}
