import { describe, expect, it } from 'vitest'
import { completeDocument, type WorkflowEdge } from './document'
import { edgeTo, refusalsOf } from './joining'
import type { NodeTypeInfo } from './node-type'

function type(key: string, inputs: string[], outputs: string[]): [string, NodeTypeInfo] {
  return [key, { key, title: key, inputs, outputs } as unknown as NodeTypeInfo]
}

const library = new Map([
  type('start', [], ['main']),
  type('merge', ['input1', 'input2'], ['main']),
  type('stop', ['main'], []),
])

function drawing(...edges: WorkflowEdge[]) {
  const nodes = ['start', 'merge', 'stop'].map((key) => ({
    id: key,
    type: key,
    version: 1,
    name: key,
    position: [0, 0] as [number, number],
    params: {},
  }))
  return completeDocument({ nodes, edges })
}

const fromStart = { node: 'start', port: 'main', side: 'output' } as const
const edge = (target: string, input: string): WorkflowEdge => ({
  source: 'start',
  output: 'main',
  target,
  input,
})

describe('where a loose end may go', () => {
  it('goes to the first free port of a node', () => {
    expect(edgeTo(drawing(), library, fromStart, 'merge')).toEqual(edge('merge', 'input1'))
    const one = drawing(edge('merge', 'input1'))
    expect(edgeTo(one, library, fromStart, 'merge')).toEqual(edge('merge', 'input2'))
  })

  it('shares a port that another end has taken', () => {
    const other = { source: 'merge', output: 'main', target: 'stop', input: 'main' }
    expect(edgeTo(drawing(other), library, fromStart, 'stop')).toEqual(edge('stop', 'main'))
  })

  it('says why a node cannot be the other end', () => {
    const full = drawing(edge('merge', 'input1'), edge('merge', 'input2'))
    expect(refusalsOf(full, library, fromStart)).toEqual(new Map([['merge', 'Already connected']]))
    const backwards = { node: 'merge', port: 'input1', side: 'input' } as const
    expect(refusalsOf(drawing(), library, backwards)).toEqual(new Map([['stop', 'This node has no output']]))
    expect(refusalsOf(drawing(), library, { node: 'merge', port: 'main', side: 'output' })).toEqual(
      new Map([['start', 'A trigger has no input']]),
    )
    expect(edgeTo(drawing(), library, fromStart, 'start')).toBe('A node cannot feed itself')
  })
})
