/** Rows of the waterfall: one a node, in the order in which they started, with the stretches of all its steps. */
import { type RunState, type Span, type SpanKind, sumOf } from '@/api/run-state'
import type { StepStatus } from '@/api/types'

export interface Bar {
  kind: SpanKind
  /** Parts of the whole width, 0 to 1. */
  from: number
  to: number
  isOpen: boolean
}

export interface WaterfallRow {
  node: string
  status: StepStatus
  bars: Bar[]
  /** Milliseconds by kind, over all steps. */
  spent: Record<SpanKind, number>
  items: number
}

export interface Waterfall {
  rows: WaterfallRow[]
  /** Epoch milliseconds of both ends. */
  from: number
  to: number
}

/** `now` in epoch milliseconds, for what is still going on. */
export function waterfallOf(state: RunState, now: number): Waterfall {
  const from = state.queuedAt ?? state.steps[0]?.startedAt ?? now
  const isOpen = state.finishedAt === null && state.steps.length > 0
  // The worker's clock may be ahead of the browser's.
  const lastKnown = state.steps.reduce(
    (last, step) => Math.max(last, step.finishedAt ?? step.startedAt),
    from,
  )
  const to = Math.max(from + 1, lastKnown, state.finishedAt ?? (isOpen ? now : from))
  const byNode = new Map<string, Span[]>()
  for (const step of state.steps) {
    const known = byNode.get(step.node)
    if (known) known.push(...step.spans)
    else byNode.set(step.node, [...step.spans])
  }
  const rows = [...byNode].map(([node, nodeSpans]): WaterfallRow => {
    const run = state.nodes[node]
    return {
      node,
      status: run?.status ?? 'queued',
      bars: nodeSpans.map((span) => barOf(span, from, to)),
      spent: spentIn(nodeSpans, to),
      items: run ? sumOf(run.itemsOut) : 0,
    }
  })
  return { rows, from, to }
}

function barOf(span: Span, from: number, to: number): Bar {
  const part = (at: number) => Math.min(1, Math.max(0, (at - from) / (to - from)))
  return { kind: span.kind, from: part(span.from), to: part(span.to ?? to), isOpen: span.to === null }
}

function spentIn(spans: readonly Span[], to: number): Record<SpanKind, number> {
  const spent = { queued: 0, working: 0, waiting: 0 }
  for (const span of spans) spent[span.kind] += Math.max(0, (span.to ?? to) - span.from)
  return spent
}
