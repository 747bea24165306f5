import { useEffect, useRef } from 'react'
import { useRunEvents } from '@/api/live'
import { noRun, type RunView, type RunViewStore } from '@/features/canvas/run-view'

const shortestMs = 33

/** Feeds the run's state to the canvas. A component of its own, so that the page is not drawn with each event. */
export function RunFeeder({ runId, runView }: { runId: string | null; runView: RunViewStore }) {
  const { state } = useRunEvents(runId)
  const pace = useRef(new Pace(runView))
  useEffect(() => {
    pace.current.show(runId ? { runId, nodes: state.nodes, edges: state.edges } : noRun)
  }, [runId, state])
  useEffect(() => () => pace.current.stop(), [])
  return null
}

/** Never asks for more than half of the page's time: a large graph is painted less often, but stays usable. */
class Pace {
  private next: RunView | null = null
  private timer: ReturnType<typeof setTimeout> | undefined
  private freeAt = 0

  constructor(private readonly runView: RunViewStore) {}

  show(view: RunView): void {
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
