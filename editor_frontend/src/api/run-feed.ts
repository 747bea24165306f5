/** What the tab knows of one run: its events in order and the state they fold to. */
import type { LiveMessage, LiveSocket } from './live-socket'
import { emptyRunState, foldDelta, foldEvents, type RunState } from './run-state'
import type { RunEvent, RunSummary } from './types'

export interface RunView {
  /** The summary as it was when the feed opened; `state` is what is true now. */
  run: RunSummary | null
  state: RunState
  events: readonly RunEvent[]
  /** False until the first snapshot is there. */
  isLoaded: boolean
  problem: string | null
}

export const emptyRunView: RunView = {
  run: null,
  state: emptyRunState,
  events: [],
  isLoaded: false,
  problem: null,
}

/** Messages are gathered this long, so that a busy run paints once a frame and not once an event. */
const gatherMs = 30

export class RunFeed {
  view: RunView = emptyRunView
  private readonly listeners = new Set<() => void>()
  private leave: (() => void) | null = null
  private queue: LiveMessage[] = []
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(
    private readonly runId: string,
    private readonly socket: LiveSocket,
  ) {}

  get isWatched(): boolean {
    return this.listeners.size > 0
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener)
    this.leave ??= this.socket.subscribe(
      `run:${this.runId}`,
      (message) => this.receive(message),
      () => this.view.state.seq,
    )
    return () => {
      this.listeners.delete(listener)
      if (this.listeners.size > 0) return
      this.leave?.()
      this.leave = null
    }
  }

  private receive(message: LiveMessage): void {
    this.queue.push(message)
    this.timer ??= setTimeout(() => this.flush(), gatherMs)
  }

  private flush(): void {
    this.timer = undefined
    const queue = this.queue
    this.queue = []
    this.view = queue.reduce(foldMessage, this.view)
    for (const listener of this.listeners) listener()
  }
}

function foldMessage(view: RunView, message: LiveMessage): RunView {
  switch (message.op) {
    case 'snapshot':
      return { ...withEvents(view, message.events), run: message.run, isLoaded: true, problem: null }
    case 'events':
      return withEvents(view, message.events)
    case 'delta':
      return { ...view, state: foldDelta(view.state, message) }
    case 'error':
      return { ...view, isLoaded: true, problem: message.message }
    default:
      return view
  }
}

function withEvents(view: RunView, events: readonly RunEvent[]): RunView {
  const news = events.filter((event) => event.seq > view.state.seq)
  if (news.length === 0) return view
  return { ...view, events: [...view.events, ...news], state: foldEvents(view.state, news) }
}

const mostIdleFeeds = 20

export class RunFeeds {
  private readonly feeds = new Map<string, RunFeed>()

  constructor(private readonly socket: LiveSocket) {}

  /** A feed outlives its watchers for a while: coming back to a run shows it at once. */
  of(runId: string): RunFeed {
    const known = this.feeds.get(runId)
    if (known) return known
    const idle = [...this.feeds].filter(([, feed]) => !feed.isWatched)
    for (const [id] of idle.slice(0, Math.max(0, idle.length - mostIdleFeeds))) this.feeds.delete(id)
    const feed = new RunFeed(runId, this.socket)
    this.feeds.set(runId, feed)
    return feed
  }

  /** Forgets everything: another person signed in. */
  clear(): void {
    this.feeds.clear()
  }
}
