import { useState } from 'react'
import { useComment } from '@/api/inbox'
import type { Json, TaskDetail, TaskHistoryLine } from '@/api/types'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'
import { TimeAgo } from '@/ui/TimeAgo'
import { dateTime } from '@/ui/time'
import { pastOf } from './outcomes'
import styles from './TaskPane.module.css'

export function TaskHistory({ task }: { task: TaskDetail }) {
  const [text, setText] = useState('')
  const comment = useComment(task.id)
  return (
    <section className={styles.card}>
      <h3>History</h3>
      <ol className={styles.history}>
        {withoutRepeats(task.history).map((line) => (
          <li key={line.number} title={dateTime(line.at)}>
            <TimeAgo at={line.at} />
            <span>{sentence(line)}</span>
          </li>
        ))}
      </ol>
      <form
        className={styles.comment}
        onSubmit={(event) => {
          event.preventDefault()
          if (text.trim()) comment.mutate(text, { onSuccess: () => setText('') })
        }}
      >
        <Input
          aria-label="Add a remark"
          placeholder="Add a remark for the others"
          value={text}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" isBusy={comment.isPending} disabled={!text.trim()}>
          Add
        </Button>
      </form>
    </section>
  )
}

/** Looking twice is no news. */
function withoutRepeats(history: readonly TaskHistoryLine[]): TaskHistoryLine[] {
  return history.filter(
    (line, index) =>
      line.kind !== 'viewed' ||
      history.findIndex((each) => each.kind === 'viewed' && each.by === line.by) === index,
  )
}

function sentence({ kind, by, data }: TaskHistoryLine): string {
  const who = by || 'The workflow'
  switch (kind) {
    case 'opened':
      return `${who} asked ${names(data.asked) || 'anyone who may decide'}`
    case 'viewed':
      return `${who} looked at it`
    case 'commented':
      return `${who}: “${data.text ?? ''}”`
    case 'decided':
      return `${who} decided: ${pastOf(String(data.outcome ?? ''))}${names(data.edited) && `, after editing ${names(data.edited)}`}`
    case 'cancelled':
      return `${who} withdrew the question, because the run ended`
    case 'expired':
      return `${who} went on, because the time ran out`
    default:
      return `${who}: ${kind}`
  }
}

function names(value: Json | undefined): string {
  return Array.isArray(value) ? value.join(', ') : ''
}
