import { describe, expect, it } from 'vitest'
import type { WorkflowDocument, WorkflowNode } from './document'
import { brokenPromises, callsOf } from './module-contract'
import { chain, edge, node } from './testing'

type Inputs = { name: string; type?: string; required?: boolean; default?: unknown }[]

function module(inputs: Inputs, last: Partial<WorkflowNode> = {}): WorkflowDocument {
  return {
    ...chain(),
    nodes: [node('in', { type: 'trigger.workflow', params: { inputs } }), node('end', last)],
    edges: [edge('in', 'end')],
  }
}

const gives = (...names: string[]) => ({ params: { fields: names.map((name) => ({ name, value: 1 })) } })

describe('a change of a module', () => {
  it('breaks nobody when it asks for less or gives more', () => {
    expect(
      brokenPromises(module([{ name: 'a', required: true }]), module([{ name: 'a' }, { name: 'b' }])),
    ).toEqual([])
    expect(brokenPromises(module([], gives('x')), module([], gives('x', 'y')))).toEqual([])
    const free = module([{ name: 'a', type: 'text' }])
    expect(brokenPromises(free, module([{ name: 'a', type: 'any' }]))).toEqual([])
    expect(brokenPromises(module([]), module([{ name: 'a', required: true, default: 1 }]))).toEqual([])
  })

  it('breaks callers when it needs an input, or another type', () => {
    expect(
      brokenPromises(
        module([{ name: 'a' }, { name: 'n', type: 'text' }]),
        module([
          { name: 'a', required: true },
          { name: 'n', type: 'number' },
          { name: 'new', required: true },
        ]),
      ),
    ).toEqual([
      'It now needs the input “a”',
      'The input “n” must now be a number',
      'It now needs the input “new”',
    ])
  })

  it('breaks callers when it no longer gives a field, or cannot be called', () => {
    expect(brokenPromises(module([], gives('x', 'y')), module([], gives('y')))).toEqual([
      'It no longer gives the field “x”',
    ])
    expect(brokenPromises(module([], gives('x')), module([], { type: 'http.request' }))).toEqual([
      'Its last step is another one: what comes out may differ',
    ])
    expect(brokenPromises(module([]), chain('a'))).toEqual([
      'No other workflow can start it any more: its trigger is gone',
    ])
    expect(brokenPromises(chain('a'), module([{ name: 'a', required: true }]))).toEqual([])
  })
})

it('knows at which version a workflow runs a module', () => {
  const call = (id: string, params: Record<string, unknown>) =>
    node(id, { type: 'flow.run_workflow', params })
  const document = {
    ...chain(),
    nodes: [
      call('a', { workflow: 'm' }),
      call('b', { workflow: 'm', version: 3 }),
      call('c', { workflow: 'other' }),
    ],
  }
  expect(callsOf(document, 'm')).toEqual([null, 3])
})
