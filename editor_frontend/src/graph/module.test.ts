import { describe, expect, it } from 'vitest'
import { completeDocument, type WorkflowDocument } from './document'
import { planModule, unlinkModule } from './module'
import { moduleTriggerName } from './module-type'
import { applyPatches } from './patch'
import { chain, edge, library, node } from './testing'

const document: WorkflowDocument = {
  ...chain('t', 'a', 'b', 'c'),
  nodes: [
    node('t', { type: 'trigger.manual', name: 'Start' }),
    node('a', { position: [288, 0], params: { x: '={{ $json.size }}' } }),
    node('b', { position: [576, 0], params: { y: "={{ $('Start').item.json.order.id }}" } }),
    node('c', { position: [864, 0], params: { z: "={{ $('b').item.json.y }}" } }),
  ],
}

function plan(...ids: string[]) {
  const found = planModule(document, library, new Set(ids), 'Part')
  if (typeof found === 'string') throw new Error(found)
  return found
}

describe('a module', () => {
  it('takes what its nodes read: fields of the items and data from further up', () => {
    expect(plan('a', 'b').inputs).toEqual([
      { name: 'size', type: 'any', source: null },
      { name: 'id', type: 'any', source: "$('Start').item.json.order.id" },
    ])
  })

  it('begins with a trigger that declares its inputs', () => {
    const { document: child } = plan('a', 'b')
    expect(child.nodes.map(({ type }) => type)).toEqual(['trigger.workflow', 'data.set', 'data.set'])
    expect(child.nodes[0]?.params.inputs).toEqual([
      { name: 'size', type: 'any' },
      { name: 'id', type: 'any' },
    ])
    expect(child.nodes[2]?.params.y).toBe(`={{ $('${moduleTriggerName}').item.json.id }}`)
    expect(child.edges.map(({ source, target }) => [source === child.nodes[0]?.id, target])).toEqual([
      [true, 'a'],
      [false, 'b'],
    ])
  })

  it('takes the place of its nodes, and expressions follow', () => {
    const change = plan('a', 'b').replace('W')(document)
    const after = applyPatches(document, change?.patches ?? [])
    expect(after.nodes.map(({ name }) => name)).toEqual(['Start', 'c', 'Inputs', 'Part'])
    expect(after.nodes[1]?.params.z).toBe("={{ $('Part').item.json.y }}")
    expect(after.nodes[2]?.params.fields).toEqual([
      { name: 'id', value: "={{ $('Start').item.json.order.id }}" },
    ])
    expect(after.edges).toHaveLength(3)
  })

  it('is refused with a reason', () => {
    const refuse = (of: WorkflowDocument, ...ids: string[]) => planModule(of, library, new Set(ids), 'Part')
    expect(refuse(document, 't', 'a')).toContain('trigger')
    expect(refuse({ ...document, edges: [...document.edges, edge('a', 'c')] }, 'a', 'b')).toContain(
      'one way out',
    )
    const nosy = {
      ...document,
      nodes: document.nodes.map((one) =>
        one.id === 'c' ? node('c', { params: { z: "={{ $('a').item.json.x }}" } }) : one,
      ),
    }
    expect(refuse(nosy, 'a', 'b')).toContain('“c” uses data of “a”')
    const all = {
      ...document,
      nodes: document.nodes.map((one) =>
        one.id === 'b' ? node('b', { params: { z: "={{ $('Start').all().length }}" } }) : one,
      ),
    }
    expect(refuse(all, 'a', 'b')).toContain('cannot be given')
  })

  it('can be unlinked to a copy of its steps', () => {
    const { document: child, replace } = plan('a', 'b')
    const after = applyPatches(document, replace('W')(document)?.patches ?? [])
    const call = after.nodes.at(-1)?.id ?? ''
    const back = unlinkModule(after, library, call, completeDocument(child))?.(after)
    const flat = applyPatches(after, back?.patches ?? [])
    expect(flat.nodes.map(({ name }) => name)).toEqual(['Start', 'c', 'Inputs', 'a', 'b'])
    expect(flat.nodes.find(({ name }) => name === 'b')?.params.y).toBe("={{ $('Inputs').item.json.id }}")
    expect(flat.nodes.find(({ name }) => name === 'c')?.params.z).toBe("={{ $('b').item.json.y }}")
    expect(flat.edges).toHaveLength(4)
  })
})
