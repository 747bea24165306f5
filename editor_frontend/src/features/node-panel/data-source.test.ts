import { describe, expect, it } from 'vitest'
import { emptyRunState, foldEvents } from '@/api/run-state'
import type { RunEvent } from '@/api/types'
import { completeDocument, findNode, type WorkflowNode } from '@/graph/document'
import { inputSource, stepsOf, upstreamIds } from './data-source'
import { columnsOf, fieldsOf, inline, matches } from './paths'

const node = (id: string): WorkflowNode => ({
  id,
  type: 'flow.noop',
  version: 1,
  name: id,
  position: [0, 0],
  params: {},
})
const edge = (source: string, target: string) => ({ source, output: 'main', target, input: 'main' })
const document = completeDocument({
  nodes: ['a', 'b', 'c'].map(node),
  edges: [edge('a', 'b'), edge('b', 'c'), edge('c', 'a')],
})
const found = (id: string): WorkflowNode => findNode(document, id) ?? node(id)
const run = foldEvents(emptyRunState, [
  { seq: 1, at: 1, attempt: 1, type: 'step.started', step: 'a:1', node: 'a', try: 1, inputs: {} },
  {
    seq: 2,
    at: 2,
    attempt: 1,
    type: 'step.succeeded',
    step: 'a:1',
    node: 'a',
    ms: 1,
    outputs: { main: { count: 2 } },
  },
] as RunEvent[])

describe('inputSource', () => {
  it('is what the step received', () => {
    expect(inputSource(run, document, found('a'), stepsOf(run, 'a')[0])).toMatchObject({
      step: 'a:1',
      side: 'in',
    })
  })

  it('is what the node in front gave, before the node has run', () => {
    expect(inputSource(run, document, found('b'), undefined)).toMatchObject({
      step: 'a:1',
      side: 'out',
      from: 'a',
      ports: [{ port: 'main', count: 2 }],
    })
    expect(inputSource(run, document, found('c'), undefined)).toBeNull()
  })
})

describe('upstreamIds', () => {
  it('goes back through all edges, nearest first, and ends in a circle', () => {
    expect(upstreamIds(document, 'c')).toEqual(['b', 'a'])
  })
})

describe('items', () => {
  const item = { total: 12, customer: { name: 'Ada' }, lines: [1, 2, 3, 4, 5] }

  it('lists fields with their paths, and only the head of a list', () => {
    const paths = fieldsOf(item).map(({ path }) => path.join('.'))
    expect(paths).toEqual(['total', 'customer', 'customer.name', 'lines', 'lines.0', 'lines.1', 'lines.2'])
  })

  it('joins the columns of all items', () => {
    expect(columnsOf([{ a: 1 }, undefined, { b: 2, a: 1 }])).toEqual(['a', 'b'])
  })

  it('writes values in one line and finds words in them', () => {
    expect(inline('x'.repeat(300))).toHaveLength(201)
    expect(inline({ a: 1 })).toBe('{"a":1}')
    expect(matches(item, 'ADA')).toBe(true)
    expect(matches(item, 'Bob')).toBe(false)
  })
})
