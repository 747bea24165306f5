import { CircleCheck, TriangleAlert } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { ApiError, errorText } from '@/api/client'
import { usePublishWorkflow, useUnpublishWorkflow } from '@/api/workflows'
import type { WorkflowDocument } from '@/graph/document'
import { type Problem, problemNode } from '@/graph/validate'
import { Button } from '@/ui/Button'
import { Input } from '@/ui/Input'
import { Popover } from '@/ui/Popover'
import { showToast } from '@/ui/toast-store'
import styles from './editor.module.css'

export interface PublishButtonProps {
  workflowId: string
  problems: readonly Problem[]
  nameOf: (nodeId: string) => string
  liveVersion: number | null
  /** Makes sure that what is published is what is on the screen. */
  saveNow: () => Promise<void>
  onShow: (nodeId: string) => void
  /** The draft as it is on the screen. */
  draft: () => WorkflowDocument
}

interface OpenState {
  isOpen: boolean
  setOpen: (isOpen: boolean) => void
}

const ConsumerWarning = lazy(() =>
  import('./ConsumerWarning').then((module) => ({ default: module.ConsumerWarning })),
)

/** Publishing with its check list: what is wrong, and where. */
export function PublishButton({ isOpen, setOpen, ...props }: PublishButtonProps & OpenState) {
  return (
    <Popover
      label="Publish"
      align="end"
      isOpen={isOpen}
      onOpenChange={setOpen}
      trigger={<Button variant="primary">Publish</Button>}
    >
      <PublishPanel {...props} close={() => setOpen(false)} />
    </Popover>
  )
}

function PublishPanel({
  workflowId,
  problems,
  nameOf,
  liveVersion,
  saveNow,
  onShow,
  draft,
  close,
}: PublishButtonProps & { close: () => void }) {
  const [name, setName] = useState('')
  const publish = usePublishWorkflow(workflowId)
  const unpublish = useUnpublishWorkflow(workflowId)
  const refused = publish.error instanceof ApiError ? publish.error.problems.map(withSeverity) : []
  const all = refused.length > 0 ? refused : problems
  const errors = all.filter((problem) => problem.severity === 'error')
  const run = async () => {
    await saveNow()
    const { version } = await publish.mutateAsync({ ...(name && { name }) })
    showToast(`Version ${version.number} is live`, { tone: 'success' })
    close()
  }
  return (
    <div className={styles.publish}>
      <h2>{liveVersion === null ? 'Make it live' : `Replace version ${liveVersion}`}</h2>
      {all.length === 0 ? (
        <p className={styles.fine}>
          <CircleCheck aria-hidden="true" /> Nothing is wrong with the draft.
        </p>
      ) : (
        <ProblemList problems={all} nameOf={nameOf} onShow={onShow} />
      )}
      <Suspense fallback={null}>
        <ConsumerWarning workflowId={workflowId} draft={draft()} />
      </Suspense>
      {publish.error && refused.length === 0 && <p role="alert">{errorText(publish.error)}</p>}
      <Input
        aria-label="Name of this version"
        placeholder="What changed? (optional)"
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <div className={styles.publishActions}>
        {liveVersion !== null && (
          <Button
            variant="ghost"
            isBusy={unpublish.isPending}
            onClick={() => unpublish.mutate(undefined, { onSuccess: close })}
          >
            Take offline
          </Button>
        )}
        <Button
          variant="primary"
          isBusy={publish.isPending}
          disabled={errors.length > 0 && refused.length === 0}
          onClick={() => void run().catch(() => undefined)}
        >
          Publish
        </Button>
      </div>
    </div>
  )
}

function withSeverity(problem: {
  path: string
  code: string
  message: string
  hint?: string | null
}): Problem {
  return { ...problem, hint: problem.hint ?? '', severity: 'error' }
}

interface ProblemListProps {
  problems: readonly Problem[]
  nameOf: (nodeId: string) => string
  onShow: (nodeId: string) => void
}

/** Problems by node; a click leads there. */
export function ProblemList({ problems, nameOf, onShow }: ProblemListProps) {
  return (
    <ul className={styles.problems}>
      {problems.map((problem) => {
        const id = problemNode(problem)
        return (
          <li key={`${problem.path} ${problem.code} ${problem.message}`}>
            <button
              type="button"
              disabled={!id}
              onClick={() => id && onShow(id)}
              data-severity={problem.severity}
            >
              <TriangleAlert aria-hidden="true" />
              <span>
                <strong>{id ? nameOf(id) : 'Workflow'}</strong> {problem.message}
                <span className={styles.hint}>{problem.hint}</span>
              </span>
            </button>
          </li>
        )
      })}
    </ul>
  )
}
