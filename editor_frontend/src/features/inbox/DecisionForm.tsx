import { type ReactNode, useEffect, useRef, useState } from 'react'
import { Link } from 'react-router'
import { ApiError } from '@/api/client'
import { useDecide } from '@/api/inbox'
import type { Json, JsonObject, TaskDetail } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { TextArea } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'
import { showToast } from '@/ui/toast-store'
import { keyOf, pastOf, toneOf, verbOf } from './outcomes'
import { asText, type Drafts, draftsOf, ProposedFields, valueFromDraft } from './ProposedFields'
import styles from './TaskPane.module.css'
import { isPlainKey } from './use-inbox-keys'

/** Edit, comment, decide. A decision is one POST that spends the task's nonce. */
export function DecisionForm({ task, children }: { task: TaskDetail; children: ReactNode }) {
  const [drafts, setDrafts] = useState<Drafts>(() => draftsOf(task.proposed))
  const [problems, setProblems] = useState<Readonly<Record<string, string>>>({})
  const [comment, setComment] = useState('')
  const commentRef = useRef<HTMLTextAreaElement>(null)
  const decide = useDecide(task.id)
  const mayDecide = task.may_decide && task.nonce !== null
  const edited = Object.entries(task.proposed).filter(([name, value]) => isEdited(value, drafts[name]))
  const submit = (outcome: string) => {
    const { nonce, revision } = task
    if (!nonce || decide.isPending) return
    const read = readDrafts(task.proposed, drafts)
    setProblems(read.problems)
    if (Object.keys(read.problems).length > 0) return
    decide.mutate(
      { outcome, comment, proposed: read.changed, nonce, revision },
      {
        onSuccess: () => showToast(`${pastOf(outcome)}: ${task.subject}`, { tone: 'success' }),
        onError: (error) => setProblems(fieldProblems(error)),
      },
    )
  }
  useDecisionKeys(task.outcomes, mayDecide, submit, () => commentRef.current?.focus())
  const isOnlyKnown = !task.outcomes.some((outcome) => toneOf(outcome, false) !== 'plain')
  return (
    <div className={styles.form}>
      {Object.keys(task.proposed).length > 0 && (
        <section className={styles.card}>
          <h3>{mayDecide ? 'Proposed action · you may edit before you decide' : 'Proposed action'}</h3>
          <ProposedFields
            proposed={task.proposed}
            drafts={drafts}
            problems={problems}
            isReadOnly={!mayDecide}
            onChange={setDrafts}
          />
        </section>
      )}
      {mayDecide && (
        <Field label="Comment" htmlFor="decision-comment">
          <TextArea
            id="decision-comment"
            ref={commentRef}
            rows={2}
            placeholder="Optional; kept with the decision"
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
        </Field>
      )}
      {children}
      <div className={styles.actions}>
        {mayDecide ? (
          task.outcomes.map((outcome, index) => (
            <Button
              key={outcome}
              variant={toneOf(outcome, isOnlyKnown && index === 0)}
              isBusy={decide.isPending && decide.variables?.outcome === outcome}
              disabled={decide.isPending}
              onClick={() => submit(outcome)}
            >
              {outcome === 'approved' && edited.length > 0 ? 'Approve with edits' : verbOf(outcome)}
              <Kbd keys={keyOf(outcome, index)} />
            </Button>
          ))
        ) : (
          <span>This one is not yours to decide.</span>
        )}
        <span className={styles.grow} />
        <Link to={`/runs/${task.run_id}`}>Open the run</Link>
      </div>
    </div>
  )
}

function isEdited(original: Json, draft: string | boolean | undefined): boolean {
  return draft !== undefined && String(draft) !== asText(original)
}

function readDrafts(proposed: JsonObject, drafts: Drafts) {
  const changed: JsonObject = {}
  const problems: Record<string, string> = {}
  for (const [name, original] of Object.entries(proposed)) {
    const draft = drafts[name]
    if (draft === undefined || !isEdited(original, draft)) continue
    try {
      changed[name] = valueFromDraft(draft, original)
    } catch (error) {
      problems[name] = error instanceof Error ? error.message : 'This does not fit.'
    }
  }
  return { changed, problems }
}

/** `body.proposed.amount` → `amount`. */
function fieldProblems(error: unknown): Record<string, string> {
  if (!(error instanceof ApiError)) return {}
  return Object.fromEntries(
    error.problems.map(({ path, message }) => [path.replace(/^.*proposed\./, ''), message]),
  )
}

function useDecisionKeys(
  outcomes: readonly string[],
  isActive: boolean,
  onDecide: (outcome: string) => void,
  onComment: () => void,
): void {
  useEffect(() => {
    if (!isActive) return
    const listen = (event: KeyboardEvent) => {
      if (!isPlainKey(event) || event.repeat) return
      const outcome = outcomes.find((each, index) => keyOf(each, index) === event.key)
      if (outcome) onDecide(outcome)
      else if (event.key === 'c') onComment()
      else return
      event.preventDefault()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })
}
