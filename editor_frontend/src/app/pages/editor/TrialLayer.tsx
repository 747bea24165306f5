import { lazy, Suspense, useCallback } from 'react'
import { useStore } from 'zustand'
import { findNode } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'
import type { Trials } from './use-trials'

const ListenCard = lazy(async () => ({
  default: (await import('@/features/trials/ListenCard')).ListenCard,
}))
const FormPreview = lazy(async () => ({
  default: (await import('@/features/trials/FormPreview')).FormPreview,
}))
const ChatDrawer = lazy(async () => ({
  default: (await import('@/features/trials/ChatDrawer')).ChatDrawer,
}))

interface TrialProps {
  trials: Trials
  store: WorkflowStore
  /** Puts a run on the canvas. */
  onRun: (runId: string) => void
}

interface TrialLayerProps extends TrialProps {
  onShow: (node: string) => void
}

/** What lies over the canvas while a webhook or a form is tried out. */
export function TrialLayer({ trials, store, onRun, onShow }: TrialLayerProps) {
  const { trial, open, close } = trials
  const node = useTried(trials, store)
  const revision = useStore(store, (state) => state.revision)
  const id = trial?.node ?? ''
  const received = useCallback(
    (runId: string) => {
      close()
      onRun(runId)
      onShow(id)
      showToast('The request came: the draft runs with it', { tone: 'success' })
    },
    [close, onRun, onShow, id],
  )
  if (!trial || !node || trial.source === 'chat') return null
  const { id: workflowId } = store.getState()
  return (
    <Suspense fallback={null}>
      {trial.source === 'form' ? (
        <FormPreview workflowId={workflowId} node={id} name={node.name} revision={revision} onClose={close} />
      ) : (
        <ListenCard
          workflowId={workflowId}
          nodeName={node.name}
          onReceived={received}
          onAgain={() => void open(id)}
          onClose={close}
        />
      )}
    </Suspense>
  )
}

interface TrialChatProps extends TrialProps {
  isLive: boolean
  saveNow: () => Promise<void>
}

/** The chat with the draft, in the drawer's place. */
export function TrialChat({ trials, store, onRun, isLive, saveNow }: TrialChatProps) {
  const node = useTried(trials, store)
  if (!node) return null
  const { greeting = 'Hello! How can I help?', suggestions } = node.params
  return (
    <Suspense fallback={null}>
      <ChatDrawer
        key={node.id}
        workflowId={store.getState().id}
        node={node.id}
        name={node.name}
        greeting={typeof greeting === 'string' ? greeting : ''}
        suggestions={Array.isArray(suggestions) ? suggestions.filter((one) => typeof one === 'string') : []}
        isLive={isLive}
        saveNow={saveNow}
        onRun={onRun}
        onClose={trials.close}
      />
    </Suspense>
  )
}

function useTried(trials: Trials, store: WorkflowStore) {
  return useStore(store, ({ document }) => findNode(document, trials.trial?.node ?? ''))
}
