import { lazy, Suspense, useCallback } from 'react'
import { showToast } from '@/ui/toast-store'
import type { Trials } from './use-trials'

const ListenCard = lazy(async () => ({
  default: (await import('@/features/trials/ListenCard')).ListenCard,
}))

interface TrialLayerProps {
  trials: Trials
  workflowId: string
  nameOf: (id: string) => string
  /** Puts a run on the canvas. */
  onRun: (runId: string) => void
  onShow: (node: string) => void
}

/** What lies over the canvas while a trigger is tried out. */
export function TrialLayer({ trials, workflowId, nameOf, onRun, onShow }: TrialLayerProps) {
  const { trial, open, close } = trials
  const node = trial?.node ?? ''
  const received = useCallback(
    (runId: string) => {
      close()
      onRun(runId)
      onShow(node)
      showToast('The request came: the draft runs with it', { tone: 'success' })
    },
    [close, onRun, onShow, node],
  )
  if (!trial) return null
  return (
    <Suspense fallback={null}>
      <ListenCard
        workflowId={workflowId}
        nodeName={nameOf(trial.node)}
        onReceived={received}
        onAgain={() => void open(trial.node)}
        onClose={close}
      />
    </Suspense>
  )
}
