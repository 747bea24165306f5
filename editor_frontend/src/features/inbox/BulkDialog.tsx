import { useQuery } from '@tanstack/react-query'
import { CircleCheck, CircleDot, CircleSlash, TriangleAlert } from 'lucide-react'
import { useState } from 'react'
import { Link } from 'react-router'
import { errorText } from '@/api/client'
import { summarize, useDecideSeveral } from '@/api/inbox'
import type { ReadyTask, TasksDecided } from '@/api/types'
import { humanize } from '@/forms/schema'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Field } from '@/ui/Field'
import { TextArea } from '@/ui/Input'
import { Prose } from '@/ui/Prose'
import { Skeleton } from '@/ui/Skeleton'
import styles from './BulkDialog.module.css'
import { toneOf, verbOf } from './outcomes'
import { asText } from './proposal'

interface BulkDialogProps {
  ids: readonly string[]
  onCancel: () => void
  /** After they were decided. */
  onClose: () => void
}

/** The ticked tasks, what each proposes, and one answer for all. What was ticked then stays, whatever comes in. */
export function BulkDialog({ ids, onCancel, onClose }: BulkDialogProps) {
  const [chosen] = useState(ids)
  const [comment, setComment] = useState('')
  const summary = useQuery({
    queryKey: ['inbox-summary', chosen],
    queryFn: () => summarize(chosen),
    gcTime: 0,
    staleTime: Number.POSITIVE_INFINITY,
  })
  const decide = useDecideSeveral()
  if (decide.data) return <Results results={decide.data.results} onClose={onClose} />
  const items = summary.data?.items ?? []
  const ready = items.filter((item) => item.nonce)
  const outcomes = summary.data?.outcomes ?? []
  const send = (outcome: string) =>
    decide.mutate({ tasks: ready.map(({ id, nonce }) => ({ id, nonce })), outcome, comment })
  return (
    <Dialog
      isOpen
      onClose={onCancel}
      width="wide"
      title={summary.data ? titleOf(ready.length, items.length) : 'Decide together'}
      footer={
        outcomes.length > 0 &&
        outcomes.map((outcome) => (
          <Button
            key={outcome}
            variant={toneOf(outcome, outcomes)}
            isBusy={decide.isPending && decide.variables?.outcome === outcome}
            disabled={decide.isPending}
            onClick={() => send(outcome)}
          >
            {`${verbOf(outcome)} all ${ready.length}`}
          </Button>
        ))
      }
    >
      {summary.isPending && <Skeleton lines={4} />}
      {summary.error && <p role="alert">{errorText(summary.error)}</p>}
      <ul className={styles.tasks}>
        {items.map((item) => (
          <Summary key={item.id} item={item} />
        ))}
      </ul>
      {summary.data && outcomes.length === 0 && (
        <p role="alert">
          {ready.length > 0
            ? 'They offer no answer in common; decide them one by one.'
            : 'None of them can be decided together.'}
        </p>
      )}
      {outcomes.length > 0 && (
        <Field label="Comment" htmlFor="bulk-comment">
          <TextArea
            id="bulk-comment"
            rows={2}
            maxLength={10_000}
            placeholder="Goes with each of them"
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        </Field>
      )}
    </Dialog>
  )
}

function titleOf(ready: number, all: number): string {
  const words = `${ready} ${ready === 1 ? 'task' : 'tasks'} will be decided`
  return ready < all ? `${words}, ${all - ready} left out` : words
}

function Summary({ item }: { item: ReadyTask }) {
  return (
    <li>
      {item.why_not ? <CircleSlash aria-hidden="true" /> : <CircleDot aria-hidden="true" />}
      <div>
        <b>{item.subject}</b>{' '}
        <span className={styles.quiet}>{`${item.workflow_name} → ${item.node_name}`}</span>
        {item.why_not ? (
          <p className={styles.quiet}>{`left out: ${item.why_not}`}</p>
        ) : (
          <>
            {item.why && <Prose text={item.why.slice(0, 300)} />}
            <dl className={styles.proposed}>
              {Object.entries(item.proposed).map(([name, value]) => (
                <div key={name}>
                  <dt>{humanize(name)}</dt>
                  <dd>{asText(value).slice(0, 500) || '–'}</dd>
                </div>
              ))}
            </dl>
          </>
        )}
      </div>
    </li>
  )
}

function Results({ results, onClose }: { results: TasksDecided['results']; onClose: () => void }) {
  const decided = results.filter((each) => each.is_decided).length
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width="wide"
      title={`${decided} of ${results.length} decided`}
      footer={
        <Button variant="primary" onClick={onClose}>
          Back to the list
        </Button>
      }
    >
      <ul className={styles.tasks}>
        {results.map((each) => (
          <li key={each.task_id}>
            {each.is_decided ? <CircleCheck aria-hidden="true" /> : <TriangleAlert aria-hidden="true" />}
            <div>
              <Link to={`/inbox/${each.task_id}`} onClick={onClose}>
                {each.subject}
              </Link>
              {each.words && <span className={styles.quiet}>{` ${each.words}`}</span>}
            </div>
          </li>
        ))}
      </ul>
    </Dialog>
  )
}
