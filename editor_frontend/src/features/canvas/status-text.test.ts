import { describe, expect, it } from 'vitest'
import { emptyRunState, foldEvents, type NodeRun } from '@/api/run-state'
import type { RunEvent } from '@/api/types'
import { footerText } from './status-text'

function nodeAfter(...events: object[]): NodeRun {
  const numbered = events.map(
    (event, index) =>
      ({ seq: index + 1, at: index * 1000, attempt: 1, step: 'a:1', node: 'a', ...event }) as RunEvent,
  )
  return foldEvents(emptyRunState, numbered).nodes.a as NodeRun
}

const started = { type: 'step.started', try: 1, inputs: {} }

describe('the footer of a card', () => {
  it('counts while running', () => {
    expect(footerText(nodeAfter(started), 1400)).toEqual({ main: 'running 1.4 s', rest: '' })
  })

  it('says how many items left, by which port, and how long it took', () => {
    const run = nodeAfter(started, {
      type: 'step.succeeded',
      outputs: { urgent: { count: 2, bytes: 9 }, normal: { count: 0, bytes: 0 } },
      ms: 41,
    })
    expect(footerText(run, 0)).toEqual({ main: 'urgent · 2 items', rest: '41 ms' })
  })

  it('says what a model took, in tokens and money', () => {
    const usage = { tokens_in: 31, tokens_out: 11, cost: 0.0125 }
    const run = nodeAfter(started, {
      type: 'step.succeeded',
      outputs: { main: { count: 1 } },
      ms: 900,
      usage,
    })
    expect(footerText(run, 0).rest).toBe('900 ms · 42 tok · $0.0125')
  })

  it('says for whom it waits and why it failed', () => {
    const paused = nodeAfter(started, {
      type: 'step.paused',
      wait: { kind: 'person', reason: 'waiting for Finance' },
    })
    expect(footerText(paused, 0).main).toBe('waiting for Finance')
    const failed = nodeAfter(started, {
      type: 'step.failed',
      error: { code: 'x', message: 'HTTP 500\nnot today' },
      tries: 1,
    })
    expect(footerText(failed, 0).main).toBe('not today')
  })

  it('says why a node was skipped', () => {
    const skipped = nodeAfter({ type: 'nodes.skipped', nodes: { a: 'no items from “If → false”' } })
    expect(footerText(skipped, 0).main).toBe('no items from “If → false”')
  })
})
