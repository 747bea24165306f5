import { Ban, Ellipsis, RotateCw, Workflow } from 'lucide-react'
import { useNavigate } from 'react-router'
import { isFinal } from '@/api/run-state'
import { useCancelRun, useRetryRun } from '@/api/runs'
import type { RunSummary } from '@/api/types'
import { IconButton } from '@/ui/IconButton'
import { Menu } from '@/ui/Menu'
import { showToast } from '@/ui/toast-store'

export function RunActions({ run }: { run: RunSummary }) {
  const navigate = useNavigate()
  const cancel = useCancelRun()
  const retry = useRetryRun()
  const isOver = isFinal(run.status)
  const again = () =>
    retry.mutate(run.id, {
      onSuccess: ({ run_id: id }) =>
        showToast('Started again', {
          tone: 'success',
          action: { label: 'Watch', onSelect: () => void navigate(`/runs/${id}`) },
        }),
    })
  const stop = () => cancel.mutate(run.id, { onSuccess: () => showToast('The run is being stopped') })
  return (
    <Menu
      trigger={<IconButton label={`More about this run of ${run.workflow_name}`} icon={<Ellipsis />} />}
      entries={[
        {
          label: 'Open the workflow',
          icon: <Workflow />,
          onSelect: () => void navigate(`/workflows/${run.workflow_id}`),
        },
        { label: 'Run again', icon: <RotateCw />, isDisabled: !isOver, onSelect: again },
        null,
        { label: 'Stop', icon: <Ban />, isDanger: true, isDisabled: isOver, onSelect: stop },
      ]}
    />
  )
}
