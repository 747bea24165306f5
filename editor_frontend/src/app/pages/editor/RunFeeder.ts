import { useEffect, useRef } from 'react'
import { useRunEvents } from '@/api/live'
import { noRun, type RunView, type RunViewStore } from '@/features/canvas/run-view'
import type { WorkflowStore } from '@/graph/workflow-store'
import { useStale } from './use-stale'

const shortestMs = 33

interface RunFeederProps {
  store: WorkflowStore
  runId: string | null
  runView: RunViewStore
}

/** Feeds the run's state to the canvas. A component of its own, so that the page is not drawn with each event. */
export function RunFeeder({ store, runId, runView }: RunFeederProps) {
  const { state } = useRunEvents(runId)
  const stale = useStale(store, runId)
  const pace = useRef(new Pace(runView))
  useEffect(() => {
    const { nodes, edges } = runId ? state : noRun
    pace.current.show({ runId, nodes, edges })
  }, [runId, state])
  useEffect(() => () => pace.current.stop(), [])
  useEffect(() => runView.setState({ stale }), [runView, stale])
  return null
}

type Shown = Omit<RunView, 'stale'>

/** Never asks for more than half of the page's time: a large graph is painted less often, but stays usable. */
class Pace {
  private next: Shown | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private freeAt = 0

  constructor(private readonly runView: RunViewStore) {}

  show(view: Shown): void {
    const isOtherRun = view.runId !== this.runView.getState().runId
    this.next = view
    if (isOtherRun) this.paint()
    else this.timer ??= setTimeout(() => this.paint(), Math.max(0, this.freeAt - performance.now()))
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private paint(): void {
    this.stop()
    const began = performance.now()
    if (this.next) this.runView.setState(this.next)
    this.next = null
    requestAnimationFrame(() => {
      const ended = performance.now()
      this.freeAt = ended + Math.max(shortestMs, ended - began)
    })
    this.freeAt = performance.now() + shortestMs
  }
}
