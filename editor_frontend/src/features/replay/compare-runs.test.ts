import { describe, expect, it } from 'vitest'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunEvent } from '@/api/types'
import { completeDocument } from '@/graph/document'
import { compareRuns, marksOf } from './compare-runs'
import { diffLines } from './line-diff'

const document = completeDocument({
  name: 'Orders',
  nodes: ['a', 'b', 'c'].map((id) => ({
    id,
    type: 'data.set',
    version: 1,
    name: id,
    position: [0, 0],
    params: {},
  })),
})

function run(...steps: [node: string, items: number | null, ms: number][]) {
  let seq = 0
  const events = steps.flatMap(([node, items, ms]) => {
    const step = { step: `${node}:1`, node, attempt: 1, at: 1000 }
    const end =
      items === null
        ? { type: 'step.failed', error: { code: 'x', message: 'refused' }, ms }
        : { type: 'step.succeeded', outputs: { main: { count: items, bytes: 1 } }, ms }
    return [
      { ...step, seq: ++seq, type: 'step.started', try: 1, inputs: {} },
      { ...step, seq: ++seq, ...end },
    ]
  })
  return foldEvents(emptyRunState, events as RunEvent[])
}

describe('comparing two runs', () => {
  it('says nothing of what went the same way', () => {
    const rows = compareRuns(document, run(['a', 1, 10], ['b', 2, 20]), run(['a', 1, 90], ['b', 2, 20]))
    expect(rows.map(({ differs }) => differs)).toEqual([[], [], []])
    expect(marksOf(rows).size).toBe(0)
  })

  it('finds other states, items, errors and times that are far apart', () => {
    const rows = compareRuns(document, run(['a', 1, 10], ['b', 2, 20]), run(['a', 5, 900], ['b', null, 20]))
    expect(rows[0]?.differs).toEqual(['items', 'time'])
    expect(rows[1]?.differs).toEqual(['state', 'items', 'error'])
    expect([...marksOf(rows)]).toEqual([
      ['a', 'changed'],
      ['b', 'changed'],
    ])
  })

  it('tells another output from the same number of items', () => {
    const sent = (port: string) =>
      foldEvents(emptyRunState, [
        { seq: 1, at: 1, attempt: 1, type: 'step.started', step: 'a:1', node: 'a', try: 1, inputs: {} },
        {
          seq: 2,
          at: 2,
          attempt: 1,
          type: 'step.succeeded',
          step: 'a:1',
          node: 'a',
          outputs: { true: { count: 0, bytes: 0 }, [port]: { count: 1, bytes: 1 } },
          ms: 1,
        },
      ])
    expect(compareRuns(document, sent('true'), sent('false'))[0]?.differs).toEqual(['items'])
  })

  it('marks nodes that only one of them came to as different, not as gone', () => {
    const rows = compareRuns(document, run(['a', 1, 1], ['b', 1, 1]), run(['a', 1, 1], ['c', 1, 1]))
    expect([...marksOf(rows)]).toEqual([
      ['b', 'changed'],
      ['c', 'changed'],
    ])
  })
})

describe('the lines of two texts', () => {
  it('are the same, went or came', () => {
    expect(diffLines('a\nb\nc', 'a\nx\nc').map(({ kind, text }) => `${kind} ${text}`)).toEqual([
      'same a',
      'removed b',
      'added x',
      'same c',
    ])
  })

  it('hold together when one is empty', () => {
    expect(diffLines('', 'a').filter(({ kind }) => kind === 'added')).toEqual([{ kind: 'added', text: 'a' }])
  })
})
