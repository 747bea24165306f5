import { describe, expect, it } from 'vitest'
import { computeLayout } from './compute-layout'
import { emptyDocument, type WorkflowDocument } from './document'
import { alignNodes, layoutRequest } from './layout'
import { flowOrder, neighbour } from './order'
import { findInDocument, rankNodeTypes } from './search'
import { nodeSummary } from './summary'
import { chain, edge, library, node } from './testing'
import { validate } from './validate'

function codes(document: WorkflowDocument): string[] {
  return validate(document, library).map((problem) => `${problem.path} ${problem.code}`)
}

const started = (document: WorkflowDocument): WorkflowDocument => ({
  ...document,
  nodes: document.nodes.map((one, index) => (index === 0 ? { ...one, type: 'trigger.manual' } : one)),
})

describe('validation', () => {
  it('finds nothing wrong with a sound workflow', () => {
    expect(codes(started(chain('a', 'b', 'c')))).toEqual([])
  })

  it('finds nodes that nothing leads to, repeated names and unknown types', () => {
    const document = started(chain('a', 'b'))
    const odd = [...document.nodes, node('c', { name: 'b' }), node('d', { type: 'no.such' })]
    expect(codes({ ...document, nodes: odd })).toEqual([
      'nodes.c.name node.duplicate_name',
      'nodes.d.type node.unknown_type',
      'nodes.c node.unconnected',
    ])
  })

  it('finds required params that are missing or of the wrong kind, but trusts expressions', () => {
    const request = (params: Record<string, unknown>) => ({
      ...started(chain('a', 'r')),
      nodes: [node('a', { type: 'trigger.manual' }), node('r', { type: 'http.request', params })],
    })
    expect(codes(request({ method: 'GET' }))).toEqual(['nodes.r.params.url params.missing'])
    expect(codes(request({ method: 'FETCH', url: 3 }))).toEqual([
      'nodes.r.params.method params.choice',
      'nodes.r.params.url params.type',
    ])
    expect(codes(request({ method: '={{ $json.m }}', url: '=https://{{ $json.host }}' }))).toEqual([])
  })

  it('finds a circle without a loop node, and accepts one with', () => {
    const circle = started(chain('a', 'b', 'c'))
    const closed = { ...circle, edges: [...circle.edges, edge('c', 'b')] }
    expect(codes(closed)).toEqual(['nodes.b workflow.cycle', 'nodes.c workflow.cycle'])
    const looped = {
      ...closed,
      nodes: closed.nodes.map((one) => (one.id === 'b' ? { ...one, type: 'flow.loop' } : one)),
      edges: [edge('a', 'b', 'main', 'in'), edge('b', 'c', 'each'), edge('c', 'b', 'main', 'back')],
    }
    expect(codes(looped)).toEqual([])
  })

  it('finds edges at ports that no longer exist, unknown names in expressions and a missing start', () => {
    const document = chain('a', 'b')
    expect(codes({ ...document, edges: [edge('a', 'b', 'true')] })).toContain('edges.0 edge.port_missing')
    const naming = {
      ...document,
      nodes: document.nodes.map((one) => ({ ...one, params: { x: "={{ $('Gone').item }}" } })),
    }
    expect(codes(naming)).toContain('nodes.b.params expression.node_unknown')
    expect(codes(document)).toContain('nodes workflow.no_trigger')
  })
})

describe('order', () => {
  it('follows the flow, upper branch first, also through loops', () => {
    const document = {
      ...emptyDocument('x'),
      nodes: [
        node('d', { position: [400, 40] }),
        node('c', { position: [200, 100] }),
        node('b', { position: [200, 0] }),
        node('a'),
      ],
      edges: [edge('a', 'b'), edge('a', 'c'), edge('b', 'd'), edge('c', 'd'), edge('d', 'b')],
    }
    expect(flowOrder(document)).toHaveLength(4)
    expect(flowOrder(document)[0]).toBe('a')
    expect(neighbour(document, 'a', 'right')?.id).toBe('b')
    expect(neighbour(document, 'd', 'left')?.id).toBe('b')
    expect(neighbour(document, 'b', 'down')?.id).toBe('c')
  })
})

describe('layout', () => {
  it('goes from left to right, on the grid, without overlaps', () => {
    const document = { ...chain('a', 'b', 'c'), edges: [edge('a', 'b'), edge('a', 'c')] }
    const placed = new Map(computeLayout(layoutRequest(document, new Set())))
    const [a, b, c] = ['a', 'b', 'c'].map((id) => placed.get(id) ?? [0, 0])
    expect(b?.[0]).toBeGreaterThan(a?.[0] ?? 0)
    expect(b?.[0]).toBe(c?.[0])
    expect(Math.abs((b?.[1] ?? 0) - (c?.[1] ?? 0))).toBeGreaterThanOrEqual(64)
    expect([...placed.values()].flat().every((value) => value % 16 === 0)).toBe(true)
  })

  it('lines up and spaces out', () => {
    const nodes = [
      node('a', { position: [0, 7] }),
      node('b', { position: [50, 40] }),
      node('c', { position: [400, 90] }),
    ]
    const document = { ...emptyDocument('x'), nodes }
    const all = new Set(['a', 'b', 'c'])
    expect(alignNodes(document, all, 'top').get('c')).toEqual([400, 7])
    expect(alignNodes(document, all, 'across').get('b')).toEqual([200, 40])
  })
})

describe('search', () => {
  const types = [...library.values()]
  const first = (query: string, recent: string[] = []) => rankNodeTypes(query, types, recent)[0]?.key

  it('finds by title, initials, alias and description', () => {
    expect(first('http')).toBe('http.request')
    expect(first('hr')).toBe('http.request')
    expect(first('fetch')).toBe('http.request')
    expect(first('branch')).toBe('flow.if')
    expect(rankNodeTypes('zzz', types, [])).toEqual([])
  })

  it('puts recent ones first when nothing is typed', () => {
    expect(first('', ['flow.merge'])).toBe('flow.merge')
  })

  it('finds text inside params and notes', () => {
    const document = {
      ...chain('a'),
      notes: [
        {
          id: 'n',
          text: 'Ask **Finance**',
          color: 'blue' as const,
          position: [0, 0] as [number, number],
          size: [1, 1] as [number, number],
        },
      ],
    }
    document.nodes = [node('a', { params: { deep: { prompt: 'Sort by urgency' } } })]
    expect(findInDocument(document, 'urgency')[0]).toMatchObject({ id: 'a', where: 'params.deep.prompt' })
    expect(findInDocument(document, 'finance')[0]).toMatchObject({ kind: 'note', id: 'n' })
  })
})

describe('summary', () => {
  it('fills the template and leaves out what is empty', () => {
    expect(nodeSummary('{method} {url}', { method: 'GET', url: 'https://api.shop/orders' })).toBe(
      'GET api.shop/orders',
    )
    expect(nodeSummary('{a} · {b}', { a: 'x' })).toBe('x')
    expect(nodeSummary('{a} · {b}', { b: 'y' })).toBe('y')
    expect(nodeSummary('to {to}', { to: '={{ $json.mail }}' })).toBe('to $json.mail')
    expect(nodeSummary('{fields}', { fields: [{ name: 'a' }, { name: 'b' }] })).toBe('a, b')
  })
})
