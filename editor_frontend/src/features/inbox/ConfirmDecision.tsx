import { useEffect } from 'react'
import type { TaskDetail } from '@/api/types'
import { humanize } from '@/forms/schema'
import { Button } from '@/ui/Button'
import { Dialog } from '@/ui/Dialog'
import { Kbd } from '@/ui/Kbd'
import { Diff } from './Diff'
import { toneOf, verbOf, wordsOf } from './outcomes'
import { asText } from './proposal'
import styles from './TaskPane.module.css'
import type { DecisionState } from './use-decision'

interface ConfirmDecisionProps {
  task: TaskDetail
  outcome: string
  decision: DecisionState
  onClose: () => void
  onConfirm: () => void
}

/** A key is pressed sooner than meant: what it would do is shown first, and Enter does it. */
export function ConfirmDecision({ task, outcome, decision, onClose, onConfirm }: ConfirmDecisionProps) {
  useEnter(onConfirm)
  const verb = verbOf(outcome)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      width="narrow"
      title={`${wordsOf(outcome, task.outcomes, decision.edited.length > 0)}?`}
      description={task.subject}
      footer={
        <>
          <Button onClick={onClose}>
            Cancel <Kbd keys="Esc" />
          </Button>
          <Button variant={toneOf(outcome, task.outcomes)} onClick={onConfirm}>
            {verb} <Kbd keys="Enter" />
          </Button>
        </>
      }
    >
      {decision.edited.map((name) => (
        <div key={name} className={styles.change}>
          {humanize(name)}
          <Diff
            before={asText(task.proposed[name] ?? null)}
            after={String(decision.draft.proposed[name] ?? '')}
          />
        </div>
      ))}
      {decision.draft.comment && <blockquote className={styles.quote}>{decision.draft.comment}</blockquote>}
    </Dialog>
  )
}

function useEnter(onEnter: () => void): void {
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.key !== 'Enter' || event.repeat) return
      if (event.target instanceof HTMLElement && event.target.closest('button')) return
      event.preventDefault()
      onEnter()
    }
    window.addEventListener('keydown', listen)
    return () => window.removeEventListener('keydown', listen)
  })
}
