import { useQuery } from '@tanstack/react-query'
import { Eye, EyeOff, Hand, Moon, Undo2, UserRoundPlus } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { type Handling, peopleQuery, useHandle } from '@/api/inbox'
import { sessionQuery } from '@/api/session'
import type { TaskDetail } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'
import { Menu, type MenuEntry } from '@/ui/Menu'
import { Popover } from '@/ui/Popover'
import { dateTime } from '@/ui/time'
import { showToast } from '@/ui/toast-store'
import styles from './HandleBar.module.css'
import { useKeys } from './keys'

const hour = 3_600_000
const delays: [string, number][] = [
  ['In an hour', hour],
  ['In four hours', 4 * hour],
  ['Tomorrow', 24 * hour],
  ['In a week', 168 * hour],
]

/** What one can do with a task without deciding it. */
export function HandleBar({ task }: { task: TaskDetail }) {
  const handle = useHandle(task.id)
  const claim = useClaim(task, handle.mutate)
  useKeys({ u: () => claim?.run() })
  return (
    <div className={styles.bar} role="group" aria-label="Handle this task">
      {claim && (
        <Button icon={claim.isRelease ? <Undo2 /> : <Hand />} size="small" onClick={claim.run}>
          {claim.words}
          <Kbd keys="u" />
        </Button>
      )}
      {task.may_handle && <HandOver onHandOver={(body) => handle.mutateAsync({ act: 'reassign', body })} />}
      {task.may_handle && <Later task={task} onHandle={handle.mutate} />}
      <Button
        size="small"
        icon={task.is_watching ? <EyeOff /> : <Eye />}
        aria-pressed={task.is_watching}
        title="Hear by e-mail what becomes of it"
        onClick={() => handle.mutate({ act: task.is_watching ? 'unwatch' : 'watch' })}
      >
        {task.is_watching ? 'Watching' : 'Watch'}
      </Button>
      {task.public_link && <PublicLink link={task.public_link} />}
    </div>
  )
}

function useClaim(task: TaskDetail, handle: (handling: Handling) => void) {
  const { data: session } = useQuery(sessionQuery)
  // Where several must answer nobody takes it on alone.
  if (!task.may_handle || task.policy) return null
  if (task.claimed_by && task.claimed_by === session?.user?.email) {
    return { words: 'Release', isRelease: true, run: () => handle({ act: 'release' }) }
  }
  const takeOver = task.claimed_by !== null
  return {
    words: takeOver ? `Take over from ${task.claimed_by}` : 'Claim',
    isRelease: false,
    run: () => handle({ act: 'claim', body: { take_over: takeOver } }),
  }
}

interface HandOverProps {
  onHandOver: (body: { to: string[]; note: string }) => Promise<unknown>
}

function HandOver({ onHandOver }: HandOverProps) {
  const [isOpen, setOpen] = useState(false)
  const [to, setTo] = useState('')
  const [note, setNote] = useState('')
  const { data: people = [] } = useQuery({ ...peopleQuery, enabled: isOpen })
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    await onHandOver({ to: to.split(/[,;]/), note })
    setOpen(false)
    setTo('')
    setNote('')
  }
  return (
    <Popover
      label="Hand over"
      isOpen={isOpen}
      onOpenChange={setOpen}
      trigger={
        <Button size="small" icon={<UserRoundPlus />}>
          Hand over
        </Button>
      }
    >
      <form className={styles.form} onSubmit={(event) => void submit(event).catch(() => {})}>
        <Field label="To" htmlFor="hand-over-to">
          <Input
            id="hand-over-to"
            required
            list="hand-over-people"
            placeholder="ada@example.org, team:finance"
            value={to}
            onChange={(event) => setTo(event.target.value)}
          />
          <datalist id="hand-over-people">
            {people.map((name) => (
              <option key={name} value={name} />
            ))}
          </datalist>
        </Field>
        <Field label="Note" htmlFor="hand-over-note">
          <Input
            id="hand-over-note"
            maxLength={1000}
            value={note}
            onChange={(event) => setNote(event.target.value)}
          />
        </Field>
        <Button type="submit" variant="primary">
          Hand over
        </Button>
      </form>
    </Popover>
  )
}

function Later({ task, onHandle }: { task: TaskDetail; onHandle: (handling: Handling) => void }) {
  const entries: MenuEntry[] = delays.map(([label, delay]) => ({
    label,
    onSelect: () => onHandle({ act: 'snooze', body: { until: new Date(Date.now() + delay).toISOString() } }),
  }))
  if (task.snoozed_until) {
    entries.push(null, {
      label: 'Now again',
      onSelect: () => onHandle({ act: 'snooze', body: { until: null } }),
    })
  }
  return (
    <Menu
      align="start"
      entries={entries}
      header={task.snoozed_until ? `Put off until ${dateTime(task.snoozed_until)}` : 'Out of my list until …'}
      trigger={
        <Button size="small" icon={<Moon />}>
          {task.snoozed_until ? 'Put off' : 'Later'}
        </Button>
      }
    />
  )
}

function PublicLink({ link }: { link: string }) {
  return (
    <Button
      size="small"
      title="Whoever has the link may answer"
      onClick={() =>
        void navigator.clipboard.writeText(link).then(() => showToast('The link for anyone is copied.'))
      }
    >
      Copy the link for anyone
    </Button>
  )
}
