import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { absenceQuery, peopleQuery, useSetAbsence } from '@/api/inbox'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { dateTime } from '@/ui/time'
import { showToast } from '@/ui/toast-store'
import styles from './AwayDialog.module.css'

/** Who decides what is asked of me while I am away. */
export function AwayDialog({ onClose }: { onClose: () => void }) {
  const { data: absence } = useQuery(absenceQuery)
  const { data: people = [] } = useQuery(peopleQuery)
  const [deputy, setDeputy] = useState('')
  const [from, setFrom] = useState(() => localMinute(new Date()))
  const [until, setUntil] = useState(() => localMinute(new Date(Date.now() + 7 * 86_400_000)))
  const set = useSetAbsence()
  const leave = (event: FormEvent) => {
    event.preventDefault()
    const times = { begins_at: new Date(from).toISOString(), ends_at: new Date(until).toISOString() }
    set.mutate(
      { deputy, ...times },
      {
        onSuccess: () => {
          showToast(`${deputy} decides for you until ${dateTime(times.ends_at)}.`, { tone: 'success' })
          onClose()
        },
      },
    )
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title="While you are away"
      description="Your deputy may decide what is asked of you. Each answer says for whom it was given."
      width="narrow"
    >
      {absence?.deputy && absence.ends_at && absence.begins_at && (
        <div className={styles.now}>
          <p>
            {`${absence.deputy} decides for you from ${dateTime(absence.begins_at)} to ${dateTime(absence.ends_at)}.`}
          </p>
          <Button isBusy={set.isPending} onClick={() => set.mutate(null)}>
            I am back
          </Button>
        </div>
      )}
      <form className={styles.form} onSubmit={leave}>
        <Field label="Deputy" htmlFor="away-deputy">
          <Input
            id="away-deputy"
            required
            list="away-people"
            placeholder="ada@example.org"
            value={deputy}
            onChange={(event) => setDeputy(event.target.value)}
          />
          <datalist id="away-people">
            {people
              .filter((name) => !name.startsWith('team:'))
              .map((name) => (
                <option key={name} value={name} />
              ))}
          </datalist>
        </Field>
        <Field label="From" htmlFor="away-from">
          <Input
            id="away-from"
            type="datetime-local"
            required
            value={from}
            onChange={(event) => setFrom(event.target.value)}
          />
        </Field>
        <Field label="Until" htmlFor="away-until">
          <Input
            id="away-until"
            type="datetime-local"
            required
            value={until}
            onChange={(event) => setUntil(event.target.value)}
          />
        </Field>
        <Button type="submit" variant="primary" isBusy={set.isPending}>
          Let them decide
        </Button>
      </form>
    </Dialog>
  )
}

/** As `datetime-local` fields hold it. */
function localMinute(at: Date): string {
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16)
}
