import { Ban, GitCompareArrows, RotateCw } from 'lucide-react'
import { useNavigate } from 'react-router'
import { errorText } from '@/api/client'
import { isFinal } from '@/api/run-state'
import { useActOnRuns } from '@/api/runs'
import type { RunSummary } from '@/api/types'
import { Button } from '@/ui/Button'
import { ChosenBar } from '@/ui/ChosenBar'
import { showToast } from '@/ui/toast-store'

/** What can be done to the chosen runs together. */
export function RunsBar({ chosen, onClear }: { chosen: readonly RunSummary[]; onClear: () => void }) {
  const navigate = useNavigate()
  const act = useActOnRuns()
  const ended = chosen.filter((run) => isFinal(run.status))
  const open = chosen.filter((run) => !isFinal(run.status))
  const [one, other] = chosen
  const canCompare = chosen.length === 2 && one?.workflow_id === other?.workflow_id
  const perform = (action: 'retry' | 'cancel', runs: readonly RunSummary[]) =>
    act.mutate(
      { action, ids: runs.map(({ id }) => id) },
      {
        onSuccess: ({ done, refused }) => {
          const verb = action === 'retry' ? 'started again' : 'being stopped'
          const rest = refused[0] ? `; ${refused.length} not: ${refused[0].message}` : ''
          showToast(`${counted(done.length)} ${verb}${rest}`, { tone: refused[0] ? 'problem' : 'success' })
          onClear()
        },
        onError: (error) => showToast(errorText(error), { tone: 'problem' }),
      },
    )
  return (
    <ChosenBar label="Chosen runs" count={counted(chosen.length)} onClear={onClear}>
      <Button
        size="small"
        icon={<GitCompareArrows aria-hidden="true" />}
        disabled={!canCompare}
        title={canCompare ? undefined : 'Choose two runs of one workflow'}
        onClick={() => void navigate(`/runs/${other?.id}/compare/${one?.id}`)}
      >
        Compare
      </Button>
      <Button
        size="small"
        icon={<RotateCw aria-hidden="true" />}
        disabled={ended.length === 0}
        isBusy={act.isPending}
        onClick={() => perform('retry', ended)}
      >
        Run again{ended.length > 0 && ` (${ended.length})`}
      </Button>
      <Button
        size="small"
        icon={<Ban aria-hidden="true" />}
        disabled={open.length === 0}
        isBusy={act.isPending}
        onClick={() => perform('cancel', open)}
      >
        Stop{open.length > 0 && ` (${open.length})`}
      </Button>
    </ChosenBar>
  )
}

function counted(count: number): string {
  return count === 1 ? '1 run' : `${count} runs`
}
