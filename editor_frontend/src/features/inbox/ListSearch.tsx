import { ListFilter } from 'lucide-react'
import { type Ref, useState } from 'react'
import { type TaskFilter, useSaveFilter } from '@/api/inbox'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { IconButton } from '@/ui/IconButton'
import { Input, Select } from '@/ui/Input'
import { Popover } from '@/ui/Popover'
import { showToast } from '@/ui/toast-store'
import styles from './ListSearch.module.css'
import { isNarrowed, kinds, priorities } from './place'
import { useTyped } from './use-typed'

const any = { value: '', label: 'Any' }
const kindOptions = [any, ...kinds.map((kind) => ({ value: kind, label: kind }))]
const priorityOptions = [any, ...priorities.map((priority) => ({ value: priority, label: priority }))]

interface ListSearchProps {
  place: TaskFilter
  onChange: (change: Partial<TaskFilter>) => void
  fieldRef: Ref<HTMLInputElement>
}

/** Words to look for, what the list is narrowed to, and a name to keep that under. */
export function ListSearch({ place, onChange, fieldRef }: ListSearchProps) {
  const [words, setWords] = useTyped(place.q, (q) => onChange({ q }))
  const [queue, setQueue] = useTyped(place.queue, (typed) => onChange({ queue: typed }))
  const [tag, setTag] = useTyped(place.tag, (typed) => onChange({ tag: typed }))
  const limits = [place.queue, place.tag, place.kind, place.priority, place.workflow].filter(Boolean)
  return (
    <div className={styles.bar} role="search">
      <Input
        ref={fieldRef}
        type="search"
        aria-label="Search tasks"
        placeholder="Search subject, workflow, step"
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <Popover
        label="Narrow the list"
        align="end"
        trigger={
          <IconButton
            label={limits.length > 0 ? `Narrowed to ${limits.join(', ')}` : 'Narrow the list'}
            icon={<ListFilter />}
            aria-pressed={limits.length > 0}
          />
        }
      >
        <div className={styles.limits}>
          <Field label="Queue" htmlFor="only-queue">
            <Input id="only-queue" value={queue} onChange={(event) => setQueue(event.target.value)} />
          </Field>
          <Field label="Tag" htmlFor="only-tag">
            <Input id="only-tag" value={tag} onChange={(event) => setTag(event.target.value)} />
          </Field>
          <Field label="Kind" htmlFor="only-kind">
            <Select
              id="only-kind"
              options={kindOptions}
              value={place.kind}
              onChange={(event) => onChange({ kind: event.target.value })}
            />
          </Field>
          <Field label="Priority" htmlFor="only-priority">
            <Select
              id="only-priority"
              options={priorityOptions}
              value={place.priority}
              onChange={(event) => onChange({ priority: event.target.value })}
            />
          </Field>
          {limits.length > 0 && (
            <Button onClick={() => onChange({ queue: '', tag: '', kind: '', priority: '', workflow: '' })}>
              Show all again
            </Button>
          )}
          {isNarrowed(place) && <SaveList place={place} />}
        </div>
      </Popover>
    </div>
  )
}

function SaveList({ place }: { place: TaskFilter }) {
  const [name, setName] = useState('')
  const save = useSaveFilter()
  return (
    <form
      className={styles.save}
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate(
          { ...place, name },
          {
            onSuccess: () => {
              setName('')
              showToast(`The list “${name}” is kept.`, { tone: 'success' })
            },
          },
        )
      }}
    >
      <Input
        aria-label="Name of the list"
        placeholder="Save this list as …"
        maxLength={60}
        required
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <Button type="submit" isBusy={save.isPending}>
        Save
      </Button>
    </form>
  )
}
