import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addNode, type Command, moveNodes, removeNodes, setParams } from './commands'
import { diffDocuments, mergeDocuments } from './diff'
import type { WorkflowDocument } from './document'
import { connect } from './edge-commands'
import { applyPatches } from './patch'
import { chain, edge, node } from './testing'

function edited(document: WorkflowDocument, ...commands: Command[]): WorkflowDocument {
  return commands.reduce(
    (current, command) => applyPatches(current, command(current)?.patches ?? []),
    document,
  )
}

describe('merging two edits of one document', () => {
  const base = chain('a', 'b', 'c')

  it('keeps both when they touch different nodes', () => {
    const merge = mergeDocuments(
      base,
      edited(base, setParams('a', { x: 1 })),
      edited(base, setParams('b', { y: 2 })),
    )
    expect(merge.conflicts).toEqual([])
    expect(merge.document.nodes.map(({ params }) => params)).toEqual([{ x: 1 }, { y: 2 }, {}])
  })

  it('keeps both when one moves what the other edits', () => {
    const mine = edited(base, moveNodes(new Map([['a', [160, 160]]])))
    const merge = mergeDocuments(base, mine, edited(base, setParams('a', { y: 2 })))
    expect(merge.conflicts).toEqual([])
    expect(merge.document.nodes[0]).toMatchObject({ position: [160, 160], params: { y: 2 } })
  })

  it('reports the same param edited differently and takes neither silently', () => {
    const merge = mergeDocuments(
      base,
      edited(base, setParams('a', { x: 1 })),
      edited(base, setParams('a', { x: 2 })),
    )
    expect(merge.conflicts).toEqual(['nodes/a'])
  })

  it('reports an edit of a node the other deleted', () => {
    const merge = mergeDocuments(
      base,
      edited(base, setParams('a', { x: 1 })),
      edited(base, removeNodes(['a'])),
    )
    expect(merge.conflicts).toEqual(['nodes/a'])
  })

  it('reports a new edge to a node the other deleted', () => {
    const merge = mergeDocuments(
      base,
      edited(base, connect(edge('a', 'c'))),
      edited(base, removeNodes(['c'])),
    )
    expect(merge.conflicts).toHaveLength(1)
    expect(merge.document.edges).toEqual([edge('a', 'b')])
  })

  it('is no conflict when both did the same', () => {
    const same = edited(base, addNode(node('d')), removeNodes(['b']))
    expect(mergeDocuments(base, same, structuredClone(same)).conflicts).toEqual([])
  })
})

describe('difference', () => {
  it('turns one document into the other', () => {
    const documents = fc.uniqueArray(fc.nat(9), { maxLength: 8 }).map((ids) => ({
      ...chain(...ids.map(String)),
      name: ids.join(),
      pins: Object.fromEntries(ids.slice(0, 2).map((id) => [id, { main: [{ id }] }])),
    }))
    const byId = (document: WorkflowDocument) => ({
      ...document,
      nodes: [...document.nodes].sort((a, b) => a.id.localeCompare(b.id)),
      edges: [...document.edges].sort((a, b) => a.source.localeCompare(b.source)),
    })
    fc.assert(
      fc.property(documents, documents, (from, to) => {
        expect(byId(applyPatches(from, diffDocuments(from, to)))).toEqual(byId(to))
      }),
    )
  })
})
