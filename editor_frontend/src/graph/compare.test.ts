import { describe, expect, it } from 'vitest'
import { compareDocuments, restoreDocument } from './compare'
import { sameJson } from './equal'
import { applyPatches } from './patch'
import { chain, edge, node } from './testing'

const before = chain('a', 'b', 'c')
const after = {
  ...before,
  nodes: [
    node('a'),
    node('b', { position: [288, 0], params: { url: { path: '/x' } }, disabled: false, settings: {} }),
    node('d', { position: [576, 0] }),
  ],
  edges: [edge('a', 'b'), edge('b', 'd')],
}

describe('two versions', () => {
  it('differ by what came, went and changed', () => {
    const { changes, marks, union, moved } = compareDocuments(before, after)
    expect(changes.map(({ kind, title, mark }) => [kind, title, mark])).toEqual([
      ['node', 'c', 'removed'],
      ['node', 'b', 'changed'],
      ['node', 'd', 'added'],
      ['edge', 'b → c', 'removed'],
      ['edge', 'b → d', 'added'],
    ])
    expect(changes[1]?.fields).toEqual([{ path: 'params.url', before: undefined, after: { path: '/x' } }])
    expect(marks.get('c')).toBe('removed')
    expect(union.nodes.map(({ id }) => id)).toEqual(['a', 'b', 'd', 'c'])
    expect(moved).toBe(0)
  })

  it('are the same when only usual values are written out', () => {
    const spelled = { ...before, nodes: before.nodes.map((one) => ({ ...one, disabled: false, notes: '' })) }
    expect(compareDocuments(before, spelled).changes).toEqual([])
  })

  it('restores in one step', () => {
    const change = restoreDocument(before, 'Restore version 1')(after)
    const restored = applyPatches(after, change?.patches ?? [])
    expect(restored.nodes.map(({ id }) => id).sort()).toEqual(['a', 'b', 'c'])
    expect(sameJson(compareDocuments(before, restored).changes, [])).toBe(true)
  })
})
