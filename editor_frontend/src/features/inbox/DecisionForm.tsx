import { type ReactNode, useRef, useState } from 'react'
import { Link } from 'react-router'
import { useHandle } from '@/api/inbox'
import type { TaskDetail } from '@/api/types'
import { Button } from '@/ui/Button'
import { Field } from '@/ui/Field'
import { Input, TextArea } from '@/ui/Input'
import { Kbd } from '@/ui/Kbd'
import { AnswerForm } from './AnswerForm'
import { ConfirmDecision } from './ConfirmDecision'
import { type KeyActions, useKeys } from './keys'
import { keyOf, sentBack, toneOf, withoutAnswer, wordsOf } from './outcomes'
import { ProposedFields } from './ProposedFields'
import styles from './TaskPane.module.css'
import { type DecisionState, useDecision } from './use-decision'
import { actionTitle } from './words'

interface DecisionFormProps {
  task: TaskDetail
  /** The task changed meanwhile: what is typed stays to be read, but decides nothing any more. */
  isStale: boolean
  onTouch: () => void
  onDecided: () => void
  /** Between the fields and the buttons. */
  children: ReactNode
}

/** Edit, answer, comment, decide. */
export function DecisionForm({ task, isStale, onTouch, onDecided, children }: DecisionFormProps) {
  const decision = useDecision(task, onTouch, onDecided)
  const [asked, setAsked] = useState<string | null>(null)
  const fields = useRef<HTMLDivElement>(null)
  const comment = useRef<HTMLTextAreaElement>(null)
  const ask = (outcome: string) => {
    if (outcome === sentBack && !decision.draft.comment.trim()) comment.current?.focus()
    else if (!isStale) setAsked(outcome)
  }
  useKeys({
    ...outcomeKeys(task.outcomes, ask),
    c: () => comment.current?.focus(),
    e: () => focusFirst(fields.current),
  })
  return (
    <div className={styles.decide}>
      <div className={styles.form} ref={fields}>
        {Object.keys(task.proposed).length > 0 && <Proposal task={task} decision={decision} />}
        {task.form.length > 0 && (
          <section className={styles.card} aria-label="Form">
            <h3>Please fill in</h3>
            <AnswerForm
              pages={decision.pages}
              page={decision.page}
              onPage={decision.goTo}
              answers={decision.draft.answers}
              problems={decision.problems}
              onChange={(answers) => decision.change({ answers })}
            />
          </section>
        )}
      </div>
      {children}
      <Field label="Comment" htmlFor="decision-comment" problem={decision.problems.comment}>
        <TextArea
          id="decision-comment"
          ref={comment}
          rows={2}
          maxLength={10_000}
          placeholder="Goes with the decision, and into the history"
          value={decision.draft.comment}
          onChange={(event) => decision.change({ comment: event.target.value })}
        />
      </Field>
      {task.needs_password && (
        <Field
          label="Your password, to confirm"
          htmlFor="decision-password"
          problem={decision.problems.password}
        >
          <Input
            id="decision-password"
            type="password"
            autoComplete="current-password"
            value={decision.draft.password}
            onChange={(event) => decision.change({ password: event.target.value })}
          />
        </Field>
      )}
      {decision.error && (
        <p className={styles.problem} role="alert">
          {decision.error}
        </p>
      )}
      <Actions task={task} decision={decision} isStale={isStale} />
      {asked && (
        <ConfirmDecision
          task={task}
          outcome={asked}
          decision={decision}
          onClose={() => setAsked(null)}
          onConfirm={() => {
            setAsked(null)
            decision.send(asked)
          }}
        />
      )}
    </div>
  )
}

/** What is done with the values, by the kind of question. */
const editing: Record<string, string> = {
  repair: 'edit them before you retry, or go on with them as its output',
  edit: 'change what is wrong, then save',
}

function Proposal({ task, decision }: { task: TaskDetail; decision: DecisionState }) {
  return (
    <section className={styles.card} aria-label="Proposed action">
      <h3>
        {actionTitle(task)}
        <span className={styles.aside}>{` · ${editing[task.kind] ?? 'you may edit before you decide'}`}</span>
      </h3>
      <ProposedFields
        proposed={task.proposed}
        drafts={decision.draft.proposed}
        problems={decision.problems}
        onChange={(proposed) => decision.change({ proposed })}
      />
    </section>
  )
}

interface ActionsProps {
  task: TaskDetail
  decision: DecisionState
  isStale: boolean
}

function Actions({ task, decision, isStale }: ActionsProps) {
  const isMidForm = decision.pages.length > 1 && decision.page < decision.pages.length - 1
  const comment = useHandle(task.id)
  const said = decision.draft.comment.trim()
  return (
    <footer className={styles.actions}>
      {task.outcomes.map((outcome, index) => (
        <Button
          key={outcome}
          variant={toneOf(outcome, task.outcomes)}
          isBusy={decision.sending === outcome}
          disabled={
            isStale || decision.sending !== undefined || (isMidForm && !withoutAnswer.includes(outcome))
          }
          onClick={() => decision.send(outcome)}
        >
          {wordsOf(outcome, task.outcomes, decision.edited.length > 0)}
          <Kbd keys={keyOf(outcome, index)} />
        </Button>
      ))}
      {said && (
        <Button
          variant="ghost"
          isBusy={comment.isPending}
          onClick={() =>
            comment.mutate(
              { act: 'comment', body: { text: said } },
              { onSuccess: () => decision.change({ comment: '' }) },
            )
          }
        >
          Only comment
        </Button>
      )}
      <span className={styles.grow} />
      {task.run_id && <Link to={`/runs/${task.run_id}`}>Open the run</Link>}
    </footer>
  )
}

function outcomeKeys(outcomes: readonly string[], ask: (outcome: string) => void): KeyActions {
  return Object.fromEntries(outcomes.map((outcome, index) => [keyOf(outcome, index), () => ask(outcome)]))
}

function focusFirst(element: HTMLElement | null): void {
  const field = element?.querySelector<HTMLElement>('input, textarea, select, [role="switch"]')
  field?.focus()
  if (field instanceof HTMLInputElement) field.select()
}
