import { useEffect, useRef } from 'react'
import { useRunEvents } from '@/api/live'
import { noRun, type RunViewStore } from '@/features/canvas/run-view'
import type { WorkflowStore } from '@/graph/workflow-store'
import { firstPortion, nextPortion, type Shown, sizeOf, towards } from './run-portions'
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

/** Paints a run in portions that fit into a frame, and never takes more than half of the page's time: a large
 * graph catches up node by node, but the page stays usable. */
class Pace {
  private next: Shown | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private freeAt = 0
  private portion = firstPortion

  constructor(private readonly runView: RunViewStore) {}

  show(view: Shown): void {
    const isOtherRun = view.runId !== this.runView.getState().runId
    this.next = view
    if (isOtherRun) this.runView.setState({ runId: view.runId, nodes: {}, edges: {} })
    if (isOtherRun && sizeOf(view) <= this.portion) this.paint()
    else this.timer ??= setTimeout(() => this.paint(), Math.max(0, this.freeAt - performance.now()))
  }

  stop(): void {
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private paint(): void {
    this.stop()
    if (!this.next) return
    const began = performance.now()
    const step = towards(this.runView.getState(), this.next, this.portion)
    this.runView.setState(step.view)
    if (step.isWhole) this.next = null
    else this.timer = setTimeout(() => this.paint(), shortestMs)
    requestAnimationFrame(() => {
      const took = performance.now() - began
      this.freeAt = began + took + Math.max(shortestMs, took)
      this.portion = nextPortion(this.portion, took)
    })
    this.freeAt = performance.now() + shortestMs
  }
}
