import { describe, expect, it } from 'vitest'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunEvent } from '@/api/types'
import { waterfallOf } from './waterfall-rows'

const events = [
  { type: 'run.queued', at: 0 },
  { type: 'step.started', at: 100, step: 'a:1', node: 'a', try: 1, inputs: {} },
  {
    type: 'step.succeeded',
    at: 200,
    step: 'a:1',
    node: 'a',
    outputs: { main: { count: 2, bytes: 1 } },
    ms: 100,
  },
  { type: 'step.started', at: 250, step: 'b:1', node: 'b', try: 1, inputs: { main: [['a:1', 'main']] } },
  { type: 'step.paused', at: 300, step: 'b:1', node: 'b', wait: { kind: 'person', reason: 'waiting' } },
].map((event, index) => ({ seq: index + 1, attempt: 1, ...event }) as RunEvent)

describe('the waterfall', () => {
  it('splits queued, working and waiting', () => {
    const { rows, from, to } = waterfallOf(foldEvents(emptyRunState, events), 1000)
    expect([from, to]).toEqual([0, 1000])
    expect(rows.map(({ node, spent }) => [node, spent])).toEqual([
      ['a', { queued: 100, working: 100, waiting: 0 }],
      ['b', { queued: 50, working: 50, waiting: 700 }],
    ])
    expect(rows[1]?.bars.at(-1)).toEqual({ kind: 'waiting', from: 0.3, to: 1, isOpen: true })
  })

  it('has no rows before anything started', () => {
    expect(waterfallOf(emptyRunState, 5).rows).toEqual([])
  })
})
