/** Brings a run to the canvas in portions that fit into a frame, however fast its events come. */
import type { RunViewStore } from '@/features/canvas/run-view'
import { firstPortion, nextPortion, type Shown, sizeOf, towards } from './run-portions'

/** Two frames of a screen. */
const shortestMs = 33

/** Paints about thirty times a second and leaves the page a third of its time: a large graph catches up node
 * by node, and stays usable meanwhile. */
export class RunPainter {
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
    else this.schedule()
  }

  stop(): void {
    this.next = null
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private schedule(): void {
    this.timer ??= setTimeout(() => this.paint(), Math.max(0, this.freeAt - performance.now()))
  }

  private paint(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    if (!this.next) return
    const began = performance.now()
    const step = towards(this.runView.getState(), this.next, this.portion)
    this.runView.setState(step.view)
    this.freeAt = began + shortestMs
    if (step.isWhole) this.next = null
    afterFrame(() => {
      const took = performance.now() - began
      this.freeAt = began + Math.max(shortestMs, took * 1.5)
      this.portion = nextPortion(this.portion, took)
      if (this.next) this.schedule()
    })
  }
}

/** Calls back when what was changed just now has been laid out and painted. */
function afterFrame(callback: () => void): void {
  requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      callback()
    }
    port2.postMessage(null)
  })
}
