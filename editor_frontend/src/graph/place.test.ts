import { describe, expect, it } from 'vitest'
import { edgeKey, type Point } from './document'
import { applyPatches } from './patch'
import { fits, placeNode } from './place'
import { chain, edge, library, requestType } from './testing'

function placed(request: Parameters<typeof placeNode>[2], document = chain('a', 'b')) {
  const { command, node } = placeNode(document, requestType, request, () => 0.5)
  return { node, document: applyPatches(document, command(document)?.patches ?? []) }
}

describe('placing a node', () => {
  it('connects it with the port it was asked from', () => {
    const { node, document } = placed({
      position: [600, 0],
      from: { node: 'b', port: 'main', side: 'output' },
    })
    expect(document.edges).toContainEqual(edge('b', node.id))
  })

  it('inserts it into an edge and makes room to the right', () => {
    const { node, document } = placed({ position: [144, 0], edge: edgeKey(edge('a', 'b')) })
    expect(document.edges).toEqual([edge('a', node.id), edge(node.id, 'b')])
    expect(document.nodes.find(({ id }) => id === 'b')?.position[0]).toBeGreaterThanOrEqual(144 + 208)
  })

  it('joins the group that the edge lies in', () => {
    const request = { position: [144, 0] as Point, edge: edgeKey(edge('a', 'b')) }
    const grouped = (...nodes: string[]) =>
      placed(request, {
        ...chain('a', 'b'),
        groups: [{ id: 'g', title: 'Group', color: 'grey', nodes }],
      })
    const inside = grouped('a', 'b')
    expect(inside.document.groups[0]?.nodes).toEqual(['a', 'b', inside.node.id])
    expect(grouped('a').document.groups[0]?.nodes).toEqual(['a'])
  })

  it('never covers another card', () => {
    expect(placed({ position: [10, 10] }).node.position[1]).toBeGreaterThanOrEqual(64)
  })

  it('fills in the defaults of its type', () => {
    expect(placed({ position: [0, 300] }).node.params).toEqual({ method: 'GET' })
  })

  it('knows what fits', () => {
    const trigger = library.get('trigger.manual')
    expect(trigger && fits(trigger, { node: 'a', port: 'main', side: 'output' }, undefined)).toBe(false)
    expect(trigger && fits(trigger, undefined, undefined)).toBe(true)
  })
})
