import { ArrowLeft, PencilRuler, RotateCw, Square } from 'lucide-react'
import { Link, useNavigate } from 'react-router'
import { errorText } from '@/api/client'
import { isFinal, type RunState } from '@/api/run-state'
import { useCancelRun, useRetryRun } from '@/api/runs'
import type { RunSummary } from '@/api/types'
import styles from '@/features/editor/editor.module.css'
import { WaterfallLegend } from '@/features/replay/Waterfall'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { StatusPill } from '@/ui/StatusPill'
import { dateTime, duration } from '@/ui/time'
import { showToast } from '@/ui/toast-store'

interface RunHeaderProps {
  run: RunSummary
  state: RunState
  nameOf: (nodeId: string) => string
}

export function RunHeader({ run, state, nameOf }: RunHeaderProps) {
  const navigate = useNavigate()
  const cancel = useCancelRun()
  const retry = useRetryRun()
  const again = () =>
    retry
      .mutateAsync(run.id)
      .then(({ run_id }) => navigate(`/runs/${run_id}`))
      .catch((error: unknown) => showToast(errorText(error), { tone: 'problem' }))
  const paused = Object.values(state.nodes).find((node) => node.status === 'paused')
  return (
    <>
      <h1 className="visually-hidden">{`Run of ${run.workflow_name}`}</h1>
      <header className={styles.topBar}>
        <Link to={`/workflows/${run.workflow_id}`} className={styles.back}>
          <ArrowLeft aria-hidden="true" />
          <strong>{run.workflow_name}</strong>
        </Link>
        <StatusPill status={state.status}>
          {state.status === 'paused' ? paused?.waiting?.reason : undefined}
        </StatusPill>
        <Badge>{run.version_number ? `version ${run.version_number}` : 'draft'}</Badge>
        <span className={styles.quiet}>{runFacts(run, state)}</span>
        <span className={styles.spacer} />
        <WaterfallLegend />
        <Button
          icon={<PencilRuler aria-hidden="true" />}
          onClick={() => navigate(`/workflows/${run.workflow_id}`, { state: { useRun: run.id } })}
        >
          Use this data in the editor
        </Button>
        {isFinal(state.status) ? (
          <Button
            icon={<RotateCw aria-hidden="true" />}
            isBusy={retry.isPending}
            onClick={() => void again()}
          >
            Run again
          </Button>
        ) : (
          <Button
            icon={<Square aria-hidden="true" />}
            isBusy={cancel.isPending}
            onClick={() => cancel.mutate(run.id)}
          >
            Stop
          </Button>
        )}
      </header>
      {state.error && (
        <p className={styles.failure} role="alert">
          <strong>{state.error.node ? `${nameOf(state.error.node)} failed.` : 'The run failed.'}</strong>{' '}
          {state.error.message}
          {state.error.hint && <span className={styles.quiet}> {state.error.hint}</span>}
        </p>
      )}
    </>
  )
}

function runFacts(run: RunSummary, state: RunState): string {
  const took = state.finishedAt && state.queuedAt ? `took ${duration(state.finishedAt - state.queuedAt)}` : ''
  const taken = state.takeovers > 0 ? 'taken over by another worker' : ''
  return [run.mode, dateTime(run.created_at), took, taken].filter(Boolean).join(' · ')
}
