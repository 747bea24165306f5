import { useEffect, useState } from 'react'
import { useRunEvents } from '@/api/live'
import { noRun, type RunViewStore } from '@/features/canvas/run-view'
import type { WorkflowStore } from '@/graph/workflow-store'
import { RunPainter } from './run-painter'
import { useStale } from './use-stale'

interface RunFeederProps {
  store: WorkflowStore
  runId: string | null
  runView: RunViewStore
}

/** Feeds the run's state to the canvas. A component of its own, so that the page is not drawn with each event. */
export function RunFeeder({ store, runId, runView }: RunFeederProps) {
  const { state } = useRunEvents(runId)
  const stale = useStale(store, runId)
  const [painter] = useState(() => new RunPainter(runView))
  useEffect(() => {
    const { nodes, edges } = runId ? state : noRun
    painter.show({ runId, nodes, edges })
  }, [painter, runId, state])
  useEffect(() => () => painter.stop(), [painter])
  useEffect(() => runView.setState({ stale }), [runView, stale])
  return null
}
