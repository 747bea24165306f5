import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { errorText } from '@/api/client'
import { type MemoryBody, memoryEntryQuery, useSetMemory } from '@/api/memory'
import type { Json, MemoryEntry, MemoryRow } from '@/api/types'
import { CodeEditor } from '@/forms/CodeEditor'
import { WorkflowSelect } from '@/forms/WorkflowSelect'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field, FieldProblem } from '@/ui/Field'
import { Input, Select } from '@/ui/Input'
import { Skeleton } from '@/ui/Skeleton'
import { relativeTime } from '@/ui/time'
import styles from './memory.module.css'

const sharedPlace = [{ value: '', label: 'All workflows' }]
const asNow = 'as now'
const lifetimes = [
  { value: '', label: 'Never' },
  { value: '3600', label: 'After an hour' },
  { value: '86400', label: 'After a day' },
  { value: '604800', label: 'After a week' },
  { value: '2592000', label: 'After 30 days' },
]

/** A value to begin with, such as a table that workflows look things up in. */
export function NewMemory({ place, onClose }: { place: string; onClose: () => void }) {
  const [key, setKey] = useState('')
  const [workflowId, setWorkflowId] = useState(place)
  return (
    <MemoryForm
      title="New value"
      text="{}"
      expiresAt={null}
      bodyOf={(value) =>
        key.trim() === ''
          ? 'It needs a key to be found by.'
          : {
              key: key.trim(),
              scope: workflowId ? 'workflow' : 'shared',
              workflow_id: workflowId,
              value,
            }
      }
      onClose={onClose}
    >
      <Field label="Key" htmlFor="memory-key" isRequired>
        <Input
          id="memory-key"
          isMono
          maxLength={200}
          value={key}
          onChange={(event) => setKey(event.target.value)}
        />
      </Field>
      <Field label="Kept for">
        <WorkflowSelect label="Kept for" first={sharedPlace} value={workflowId} onChange={setWorkflowId} />
      </Field>
    </MemoryForm>
  )
}

export function EditMemory({ row, onClose }: { row: MemoryRow; onClose: () => void }) {
  const { data: entry, error } = useQuery(memoryEntryQuery(row.id))
  if (entry) return <EditEntry entry={entry} onClose={onClose} />
  return (
    <Dialog isOpen onClose={onClose} title={row.key} width="wide">
      {error ? <FieldProblem>{errorText(error)}</FieldProblem> : <Skeleton lines={6} />}
    </Dialog>
  )
}

function EditEntry({ entry, onClose }: { entry: MemoryEntry; onClose: () => void }) {
  const { key, scope, workflow_id } = entry
  const [text] = useState(() => JSON.stringify(entry.value, null, 2))
  return (
    <MemoryForm
      title={key}
      text={text}
      expiresAt={entry.expires_at}
      bodyOf={(value) => ({ key, scope, workflow_id, value })}
      onClose={onClose}
    />
  )
}

interface MemoryFormProps {
  title: string
  text: string
  expiresAt: string | null
  /** What to send with the value, or why it cannot be sent. */
  bodyOf: (value: Json) => MemoryBody | string
  onClose: () => void
  children?: ReactNode
}

function MemoryForm({ title, text: given, expiresAt, bodyOf, onClose, children }: MemoryFormProps) {
  const [text, setText] = useState(given)
  const [lifetime, setLifetime] = useState(expiresAt ? asNow : '')
  const [problem, setProblem] = useState<string | null>(null)
  const save = useSetMemory()
  const submit = () => {
    const body = bodyFrom(text, bodyOf)
    setProblem(typeof body === 'string' ? body : null)
    if (typeof body === 'string') return
    const seconds = lifetime === asNow && expiresAt ? secondsUntil(expiresAt) : Number(lifetime)
    save.mutate({ ...body, ...(seconds > 0 && { ttl_seconds: seconds }) }, { onSuccess: onClose })
  }
  const shown = problem ?? (save.error ? errorText(save.error) : null)
  const choices = expiresAt
    ? [{ value: asNow, label: `As now: ${relativeTime(expiresAt)}` }, ...lifetimes]
    : lifetimes
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      width="wide"
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" isBusy={save.isPending} onClick={submit}>
            Remember
          </Button>
        </>
      }
    >
      <div className={styles.form}>
        {children}
        <Field label="Value, as JSON">
          <CodeEditor label="Value, as JSON" language="json" value={text} onChange={setText} minLines={10} />
        </Field>
        <Field label="Forget it" htmlFor="memory-lifetime">
          <Select
            id="memory-lifetime"
            style={{ width: 'auto' }}
            options={choices}
            value={lifetime}
            onChange={(event) => setLifetime(event.target.value)}
          />
        </Field>
        {shown && <FieldProblem>{shown}</FieldProblem>}
      </div>
    </Dialog>
  )
}

function bodyFrom(text: string, bodyOf: (value: Json) => MemoryBody | string): MemoryBody | string {
  try {
    return bodyOf(JSON.parse(text) as Json)
  } catch (error) {
    const why = error instanceof Error ? error.message : ''
    return `The value is not JSON: ${why}. A text stands in quotation marks.`
  }
}

function secondsUntil(at: string): number {
  return Math.max(1, Math.round((new Date(at).getTime() - Date.now()) / 1000))
}
