/** What a run's events say, folded for the eye: pure, and never changes an older state. */
import { edgeKey } from '@/graph/document'
import type {
  BatchRef,
  LeftBehind,
  PortCount,
  RunError,
  RunEvent,
  RunMode,
  RunStatus,
  StepDelta,
  StepRef,
  StepStatus,
  StepWait,
  Usage,
} from './types'

export type SpanKind = 'queued' | 'working' | 'waiting'

/** A stretch of a step's life in epoch ms; `to` is null while it lasts. */
export interface Span {
  kind: SpanKind
  from: number
  to: number | null
}

export interface StepRun {
  step: string
  node: string
  status: StepStatus
  try: number
  startedAt: number
  finishedAt: number | null
  /** Working time as the worker measured it. */
  ms: number | null
  itemsIn: Record<string, number>
  itemsOut: Record<string, number>
  spans: Span[]
  error: RunError | null
  usage: Usage | null
  logs: number
}

export interface NodeRun {
  status: StepStatus
  /** The latest step's key; null for a node that was skipped. */
  step: string | null
  /** How many steps the node has had. */
  runs: number
  /** Sums over the node's steps. */
  itemsIn: Record<string, number>
  itemsOut: Record<string, number>
  startedAt: number | null
  finishedAt: number | null
  ms: number | null
  waiting: StepWait | null
  error: RunError | null
  /** What the engine did about the failure: `continue`, `error_output`, `escalate`. */
  handled: string | null
  try: number
  retryAt: number | null
  skippedReason: string | null
  usage: Usage | null
  text: string
  isPinned: boolean
  isDisabled: boolean
}

export interface EdgeRun {
  count: number
  /** When items last crossed, epoch ms. */
  at: number
}

export interface RunState {
  seq: number
  status: RunStatus
  mode: RunMode | null
  startNode: string | null
  until: string | null
  queuedAt: number | null
  startedAt: number | null
  finishedAt: number | null
  error: RunError | null
  replied: number | null
  takeovers: number
  nodes: Readonly<Record<string, NodeRun>>
  /** By `edgeKey`. */
  edges: Readonly<Record<string, EdgeRun>>
  /** In the order in which they started. */
  steps: readonly StepRun[]
}

export const emptyRunState: RunState = {
  seq: 0,
  status: 'queued',
  mode: null,
  startNode: null,
  until: null,
  queuedAt: null,
  startedAt: null,
  finishedAt: null,
  error: null,
  replied: null,
  takeovers: 0,
  nodes: {},
  edges: {},
  steps: [],
}

const emptyNode: NodeRun = {
  status: 'queued',
  step: null,
  runs: 0,
  itemsIn: {},
  itemsOut: {},
  startedAt: null,
  finishedAt: null,
  ms: null,
  waiting: null,
  error: null,
  handled: null,
  try: 1,
  retryAt: null,
  skippedReason: null,
  usage: null,
  text: '',
  isPinned: false,
  isDisabled: false,
}

export function isFinal(status: RunStatus): boolean {
  return status === 'succeeded' || status === 'failed' || status === 'cancelled'
}

/** The state as it was just after event number `seq`: what the time bar shows. */
export function stateAt(events: readonly RunEvent[], seq: number): RunState {
  return foldEvents(
    emptyRunState,
    events.filter((event) => event.seq <= seq),
  )
}

/** Events that were already folded are passed over; parts that did not change keep their identity. */
export function foldEvents(state: RunState, events: readonly RunEvent[]): RunState {
  const news = events.filter((event) => event.seq > state.seq)
  if (news.length === 0) return state
  const draft = new Draft(state)
  for (const event of news) draft.apply(event)
  return draft.state
}

/** Adds words a step is speaking. They are gone when the step ends: its output holds them. */
export function foldDelta(state: RunState, delta: Pick<StepDelta, 'step' | 'node' | 'text'>): RunState {
  const node = state.nodes[delta.node]
  if (node?.step !== delta.step || node.status !== 'running') return state
  return { ...state, nodes: { ...state.nodes, [delta.node]: { ...node, text: node.text + delta.text } } }
}

/** Items over all ports. */
export function sumOf(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0)
}

function nodeOf(step: string): string {
  return step.slice(0, step.lastIndexOf(':'))
}

/** A loop hands out slices of what came in: `[loop step, "in", start, stop]`, over its port `each`. */
function outputOf([, port, start]: BatchRef): string {
  return start === undefined ? port : 'each'
}

type EventOf<T extends RunEvent['type']> = Extract<RunEvent, { type: T }>

/** One fold: copies the maps once, and each node and step once when first touched. */
class Draft {
  readonly state: RunState & {
    nodes: Record<string, NodeRun>
    edges: Record<string, EdgeRun>
    steps: StepRun[]
  }
  private readonly index: Map<string, number>

  constructor(state: RunState) {
    this.state = { ...state, nodes: { ...state.nodes }, edges: { ...state.edges }, steps: [...state.steps] }
    this.index = new Map(state.steps.map((step, position) => [step.step, position]))
  }

  apply(event: RunEvent): void {
    this.state.seq = event.seq
    if (event.type.startsWith('run.')) this.applyRun(event)
    else this.applyStep(event)
  }

  private applyRun(event: RunEvent): void {
    const { state } = this
    switch (event.type) {
      case 'run.queued':
        state.queuedAt = event.at
        state.mode = event.mode ?? null
        state.startNode = event.node ?? null
        state.until = event.until ?? null
        if (event.node) state.nodes[event.node] = { ...emptyNode }
        break
      case 'run.started':
        state.status = 'running'
        state.startedAt ??= event.at
        break
      case 'run.taken_over':
        state.takeovers += 1
        break
      case 'run.replied':
        state.replied = event.status
        break
      case 'run.paused':
        state.status = 'paused'
        break
      case 'run.resumed':
        state.status = 'running'
        break
      case 'run.succeeded':
        this.finish('succeeded', event.at)
        break
      case 'run.failed':
        state.error = event.error
        this.finish('failed', event.at)
        break
      case 'run.cancelled':
        this.finish('cancelled', event.at)
        break
    }
  }

  private applyStep(event: RunEvent): void {
    switch (event.type) {
      case 'step.started':
        this.startStep(event)
        break
      case 'step.retrying':
        this.update(event, 'retrying', { error: event.error, try: event.try, retryAt: event.due_at })
        this.span(event.step, 'waiting', event.at)
        break
      case 'step.paused':
        this.update(event, 'paused', { waiting: event.wait, text: '' })
        this.span(event.step, 'waiting', event.at)
        break
      case 'step.resumed':
        this.update(event, 'running', { waiting: null })
        this.span(event.step, 'working', event.at)
        break
      case 'step.succeeded':
        this.succeedStep(event)
        break
      case 'step.failed':
        this.failStep(event)
        break
      case 'nodes.skipped':
        for (const [node, skippedReason] of Object.entries(event.nodes)) {
          this.state.nodes[node] = { ...emptyNode, status: 'skipped', skippedReason }
        }
        break
    }
    if ('usage' in event || 'logs' in event) this.tally(event)
  }

  /** What a try left behind, whether or not it came to anything. */
  private tally({ node: id, step: key, usage, logs }: StepRef & LeftBehind): void {
    const node = this.state.nodes[id]
    const step = this.stepRun(key)
    if (node && usage) this.state.nodes[id] = { ...node, usage: summed(node.usage, usage) }
    if (!step) return
    this.touch(key, {
      usage: usage ? summed(step.usage, usage) : step.usage,
      logs: step.logs + (logs ?? 0),
    })
  }

  private startStep(event: EventOf<'step.started'>): void {
    const known = this.index.get(event.step)
    const itemsIn = this.countInputs(event.inputs ?? {})
    const before = this.state.nodes[event.node] ?? emptyNode
    const isAgain = known !== undefined
    this.state.nodes[event.node] = {
      ...before,
      status: 'running',
      step: event.step,
      runs: before.runs + (isAgain ? 0 : 1),
      itemsIn: isAgain ? before.itemsIn : added(before.itemsIn, itemsIn),
      startedAt: isAgain ? before.startedAt : event.at,
      finishedAt: null,
      waiting: null,
      error: null,
      handled: null,
      retryAt: null,
      skippedReason: null,
      text: '',
      try: event.try ?? 1,
    }
    if (isAgain) {
      this.touch(event.step, { status: 'running', try: event.try ?? 1, error: null, finishedAt: null })
      this.span(event.step, 'working', event.at)
      return
    }
    this.cross(event, itemsIn)
    this.index.set(event.step, this.state.steps.length)
    this.state.steps.push(this.newStep(event, itemsIn))
  }

  private newStep(event: EventOf<'step.started'>, itemsIn: Record<string, number>): StepRun {
    const readyAt = this.readyAt(event)
    const spans: Span[] = [{ kind: 'working', from: event.at, to: null }]
    if (readyAt !== null && readyAt < event.at) spans.unshift({ kind: 'queued', from: readyAt, to: event.at })
    return {
      step: event.step,
      node: event.node,
      status: 'running',
      try: event.try ?? 1,
      startedAt: event.at,
      finishedAt: null,
      ms: null,
      itemsIn,
      itemsOut: {},
      spans,
      error: null,
      usage: null,
      logs: 0,
    }
  }

  /** A step could start when the last of its batches was there; the first one, when the run was queued. */
  private readyAt(event: EventOf<'step.started'>): number | null {
    const sources = Object.values(event.inputs ?? {})
      .flat()
      .map(([step]) => this.stepRun(step)?.finishedAt)
      .filter((at): at is number => typeof at === 'number')
    return sources.length > 0
      ? Math.max(...sources)
      : this.state.steps.length === 0
        ? this.state.queuedAt
        : null
  }

  private countInputs(inputs: Record<string, BatchRef[]>): Record<string, number> {
    const counts = Object.entries(inputs).map(([port, batches]) => [
      port,
      batches.reduce((sum, batch) => sum + this.batchSize(batch), 0),
    ])
    return Object.fromEntries(counts)
  }

  private batchSize([step, port, start, stop]: BatchRef): number {
    if (start !== undefined && stop !== undefined) return stop - start
    return this.stepRun(step)?.itemsOut[port] ?? 0
  }

  private cross(event: EventOf<'step.started'>, itemsIn: Record<string, number>): void {
    for (const [input, batches] of Object.entries(event.inputs ?? {})) {
      if (itemsIn[input] === undefined) continue
      for (const batch of batches) {
        const key = edgeKey({ source: nodeOf(batch[0]), output: outputOf(batch), target: event.node, input })
        const count = (this.state.edges[key]?.count ?? 0) + this.batchSize(batch)
        this.state.edges[key] = { count, at: event.at }
      }
    }
  }

  private succeedStep(event: EventOf<'step.succeeded'>): void {
    const itemsOut = counted(event.outputs)
    const before = this.state.nodes[event.node] ?? emptyNode
    const error = event.error ?? null
    this.update(event, 'succeeded', {
      itemsOut: added(before.itemsOut, itemsOut),
      ms: event.ms,
      isPinned: event.pinned === true,
      isDisabled: event.disabled === true,
      error,
      ...ended(event.at),
    })
    const { ms } = event
    this.endStep(event.step, event.at, { status: 'succeeded', itemsOut, ms, error })
  }

  private failStep(event: EventOf<'step.failed'>): void {
    const itemsOut = counted(event.outputs)
    const before = this.state.nodes[event.node] ?? emptyNode
    const { error, handled = null, ms = null } = event
    this.update(event, 'failed', {
      error,
      handled,
      ms,
      itemsOut: added(before.itemsOut, itemsOut),
      ...ended(event.at),
    })
    this.endStep(event.step, event.at, { status: 'failed', error, itemsOut, ms })
  }

  private update(event: { step: string; node: string }, status: StepStatus, change: Partial<NodeRun>): void {
    const before = this.state.nodes[event.node] ?? emptyNode
    this.state.nodes[event.node] = { ...before, status, step: event.step, ...change }
    this.touch(event.step, { status })
  }

  private stepRun(step: string): StepRun | undefined {
    const position = this.index.get(step)
    return position === undefined ? undefined : this.state.steps[position]
  }

  private touch(step: string, change: Partial<StepRun>): void {
    const position = this.index.get(step)
    const before = position === undefined ? undefined : this.state.steps[position]
    if (position !== undefined && before) this.state.steps[position] = { ...before, ...change }
  }

  /** Ends the open span and opens another. */
  private span(step: string, kind: SpanKind, at: number): void {
    const before = this.stepRun(step)
    if (before) this.touch(step, { spans: [...closed(before.spans, at), { kind, from: at, to: null }] })
  }

  private endStep(step: string, at: number, change: Partial<StepRun>): void {
    const before = this.stepRun(step)
    if (before) this.touch(step, { ...change, finishedAt: at, spans: closed(before.spans, at) })
  }

  private finish(status: RunStatus, at: number): void {
    this.state.status = status
    this.state.finishedAt = at
    const start = this.state.nodes[this.state.startNode ?? '']
    if (start?.status === 'queued')
      this.state.nodes[this.state.startNode ?? ''] = { ...start, status: 'cancelled' }
    for (const step of this.state.steps) {
      if (step.finishedAt !== null) continue
      this.endStep(step.step, at, { status: 'cancelled' })
      const node = this.state.nodes[step.node]
      if (node?.step === step.step) {
        this.state.nodes[step.node] = { ...node, status: 'cancelled', waiting: null, text: '', ...ended(at) }
      }
    }
  }
}

function ended(at: number): Partial<NodeRun> {
  return { finishedAt: at, waiting: null, retryAt: null, text: '' }
}

function closed(spans: readonly Span[], at: number): Span[] {
  return spans.map((span) => (span.to === null ? { ...span, to: at } : span))
}

function counted(outputs: Record<string, PortCount> | undefined): Record<string, number> {
  return Object.fromEntries(Object.entries(outputs ?? {}).map(([port, sent]) => [port, sent.count]))
}

function added(sum: Record<string, number>, more: Record<string, number>): Record<string, number> {
  const result = { ...sum }
  for (const [port, count] of Object.entries(more)) result[port] = (result[port] ?? 0) + count
  return result
}

function summed(sum: Usage | null, more: Usage): Usage {
  return {
    tokens_in: (sum?.tokens_in ?? 0) + (more.tokens_in ?? 0),
    tokens_out: (sum?.tokens_out ?? 0) + (more.tokens_out ?? 0),
    cost: (sum?.cost ?? 0) + (more.cost ?? 0),
  }
}
