import { describe, expect, it } from 'vitest'
import { edgeKey } from '@/graph/document'
import { emptyRunState, foldDelta, foldEvents, stateAt } from './run-state'
import type { RunEvent } from './types'

type Loose = { type: RunEvent['type'] } & Record<string, unknown>

function numbered(...events: Loose[]): RunEvent[] {
  return events.map(
    (event, index) => ({ seq: index + 1, at: 1000 + index * 10, attempt: 1, ...event }) as RunEvent,
  )
}

const approval = numbered(
  { type: 'run.queued', node: 'hook', mode: 'production' },
  { type: 'run.started', worker: 'w1' },
  { type: 'step.started', step: 'hook:1', node: 'hook', try: 1, inputs: {} },
  { type: 'step.succeeded', step: 'hook:1', node: 'hook', outputs: { main: { count: 3 } }, ms: 2 },
  { type: 'step.started', step: 'ask:1', node: 'ask', try: 1, inputs: { main: [['hook:1', 'main']] } },
  {
    type: 'step.paused',
    step: 'ask:1',
    node: 'ask',
    wait: { kind: 'person', reason: 'waiting for a person' },
  },
  { type: 'run.paused' },
  { type: 'run.resumed' },
  { type: 'step.resumed', step: 'ask:1', node: 'ask', outcome: 'approved' },
  { type: 'step.succeeded', step: 'ask:1', node: 'ask', outputs: { approved: { count: 3 } }, ms: 1 },
  { type: 'nodes.skipped', nodes: { refuse: 'no items from Ask → rejected' } },
  { type: 'run.succeeded' },
)

describe('foldEvents', () => {
  it('queues the first node with the run, and lets it go when the run never began', () => {
    const [queued] = approval
    const waiting = foldEvents(emptyRunState, queued ? [queued] : [])
    expect(waiting.nodes.hook?.status).toBe('queued')
    const cancelled = foldEvents(waiting, [{ ...queued, seq: 2, type: 'run.cancelled' } as RunEvent])
    expect(cancelled.nodes.hook?.status).toBe('cancelled')
  })

  it('counts items per port and per edge', () => {
    const state = foldEvents(emptyRunState, approval)
    expect(state.nodes.ask).toMatchObject({
      status: 'succeeded',
      runs: 1,
      itemsIn: { main: 3 },
      itemsOut: { approved: 3 },
    })
    expect(state.edges[edgeKey({ source: 'hook', output: 'main', target: 'ask', input: 'main' })]).toEqual({
      count: 3,
      at: 1040,
    })
    expect(state.nodes.refuse?.skippedReason).toBe('no items from Ask → rejected')
    expect(state.status).toBe('succeeded')
  })

  it('splits a step into queued, working and waiting', () => {
    const step = foldEvents(emptyRunState, approval).steps[1]
    expect(step?.spans).toEqual([
      { kind: 'queued', from: 1030, to: 1040 },
      { kind: 'working', from: 1040, to: 1050 },
      { kind: 'waiting', from: 1050, to: 1080 },
      { kind: 'working', from: 1080, to: 1090 },
    ])
  })

  it('gives the same state in one go, one by one, and when events come twice', () => {
    const whole = foldEvents(emptyRunState, approval)
    const single = approval.reduce((state, event) => foldEvents(state, [event]), emptyRunState)
    expect(single).toEqual(whole)
    expect(foldEvents(whole, approval)).toBe(whole)
  })

  it('shows a moment of the past', () => {
    const state = stateAt(approval, 7)
    expect(state.status).toBe('paused')
    expect(state.nodes.ask?.waiting?.reason).toBe('waiting for a person')
    expect(state.nodes.refuse).toBeUndefined()
  })

  it('leaves nodes alone that no event names, and never changes the older state', () => {
    const before = stateAt(approval, 4)
    const frozen = structuredClone(before)
    const after = foldEvents(before, approval)
    expect(after.nodes.hook).toBe(before.nodes.hook)
    expect(before).toEqual(frozen)
  })

  it('counts the slice of a batch that a loop hands out', () => {
    const state = foldEvents(
      emptyRunState,
      numbered(
        { type: 'run.queued' },
        { type: 'step.started', step: 'a:1', node: 'a', try: 1, inputs: {} },
        { type: 'step.succeeded', step: 'a:1', node: 'a', outputs: { each: { count: 10 } }, ms: 1 },
        { type: 'step.started', step: 'b:1', node: 'b', try: 1, inputs: { main: [['a:1', 'each', 0, 4]] } },
      ),
    )
    expect(state.nodes.b?.itemsIn).toEqual({ main: 4 })
  })

  it('tells of a retry and forgets the error when the next try works', () => {
    const events = numbered(
      { type: 'run.queued' },
      { type: 'step.started', step: 'a:1', node: 'a', try: 1, inputs: {} },
      {
        type: 'step.retrying',
        step: 'a:1',
        node: 'a',
        try: 1,
        error: { code: 'x', message: 'busy' },
        due_at: 9,
      },
      { type: 'step.started', step: 'a:1', node: 'a', try: 2, inputs: {} },
    )
    expect(stateAt(events, 3).nodes.a).toMatchObject({
      status: 'retrying',
      retryAt: 9,
      error: { message: 'busy' },
    })
    expect(stateAt(events, 4).nodes.a).toMatchObject({ status: 'running', try: 2, runs: 1, error: null })
  })

  it('cancels what was not finished when the run ends', () => {
    const events = numbered(
      { type: 'run.queued' },
      { type: 'step.started', step: 'a:1', node: 'a', try: 1, inputs: {} },
      { type: 'run.cancelled', by: 'ada' },
    )
    const state = foldEvents(emptyRunState, events)
    expect(state.nodes.a?.status).toBe('cancelled')
    expect(state.steps[0]?.spans.every((span) => span.to !== null)).toBe(true)
  })
})

describe('foldDelta', () => {
  it('adds words to the step that speaks, and to no other', () => {
    const running = stateAt(approval, 3)
    const spoken = foldDelta(foldDelta(running, { step: 'hook:1', node: 'hook', text: 'Hel' }), {
      step: 'hook:1',
      node: 'hook',
      text: 'lo',
    })
    expect(spoken.nodes.hook?.text).toBe('Hello')
    expect(foldDelta(spoken, { step: 'hook:2', node: 'hook', text: '!' })).toBe(spoken)
    expect(foldEvents(spoken, approval).nodes.hook?.text).toBe('')
  })
})
