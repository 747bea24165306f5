import { useCallback, useState } from 'react'
import { errorText } from '@/api/client'
import { useRunView } from '@/api/live'
import { useCancelRun } from '@/api/runs'
import { type RunRequest, runWorkflow } from '@/api/workflows'
import type { NodeLibrary } from '@/graph/node-type'
import type { WorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'
import type { FollowedRun } from './use-followed-run'

export interface RunControl {
  isRunning: boolean
  isStarting: boolean
  /** Runs the draft as it is on the screen; with a node id, up to there. */
  start: (until?: string) => Promise<void>
  /** Performs this node only, on the data of the run on the canvas; without one, runs to here. */
  runStep: (id: string) => Promise<void>
  /** Performs this node and all after it anew, on the data of the run on the canvas. */
  runFrom: (id: string) => Promise<void>
  stop: () => void
}

/** Starting and stopping runs of the draft. */
export function useRunControl(
  store: WorkflowStore,
  library: NodeLibrary,
  saveNow: () => Promise<void>,
  followed: FollowedRun,
): RunControl {
  const [isStarting, setStarting] = useState(false)
  const status = useRunView(followed.runId, (view) => (view.isLoaded ? view.state.status : null))
  const cancel = useCancelRun()
  const { show, runId } = followed
  const launch = useCallback(
    async (wanted: RunRequest) => {
      setStarting(true)
      try {
        await saveNow()
        const started = await runWorkflow(store.getState().id, { version: 'draft', ...wanted })
        show(started.run_id)
      } catch (error) {
        showToast(errorText(error), { tone: 'problem' })
      } finally {
        setStarting(false)
      }
    },
    [store, saveNow, show],
  )
  const start = useCallback(
    (until?: string) => {
      const node = chosenTrigger(store, library)
      return launch({ ...(node && { node }), ...(until && { until }) })
    },
    [store, library, launch],
  )
  const runStep = useCallback(
    (id: string) => (runId ? launch({ reuse_run: runId, from: id, until: id }) : start(id)),
    [runId, launch, start],
  )
  const runFrom = useCallback(
    (id: string) => (runId ? launch({ reuse_run: runId, from: id }) : start()),
    [runId, launch, start],
  )
  return {
    isRunning: status === 'running' || status === 'queued',
    isStarting,
    start,
    runStep,
    runFrom,
    stop: () => {
      if (runId) cancel.mutate(runId)
    },
  }
}

/** The selected trigger, when there are several to choose from. */
function chosenTrigger(store: WorkflowStore, library: NodeLibrary): string | undefined {
  const { document, selection } = store.getState()
  const isTrigger = (id: string) =>
    document.nodes.some((node) => node.id === id && library.get(node.type)?.is_trigger)
  return [...selection.elements].find(isTrigger)
}
