import { describe, expect, it } from 'vitest'
import { moveNodes, setParams, toggleDisabled } from './commands'
import type { WorkflowDocument } from './document'
import { edgeKey } from './document'
import { disconnect } from './edge-commands'
import { applyPatches } from './patch'
import { staleNodes } from './stale'
import { chain } from './testing'

const ran = chain('a', 'b', 'c')
const stale = (document: WorkflowDocument) => [...staleNodes(ran, document)].sort()
const edited = (command: ReturnType<typeof setParams>) => applyPatches(ran, command(ran)?.patches ?? [])

describe('results that no longer belong', () => {
  it('are those of a changed node and of all after it', () => {
    expect(stale(edited(setParams('b', { x: 1 })))).toEqual(['b', 'c'])
    expect(stale(edited(toggleDisabled(new Set(['c']))))).toEqual(['c'])
  })

  it('are those after an edge that came or went', () => {
    const [first] = ran.edges
    expect(stale(edited(disconnect([first ? edgeKey(first) : ''])))).toEqual(['b', 'c'])
  })

  it('are none after moving things', () => {
    expect(stale(edited(moveNodes(new Map([['b', [640, 320]]]))))).toEqual([])
  })
})
