/** What two runs of one workflow did differently, node by node: pure. */
import { type NodeRun, type RunState, sumOf } from '@/api/run-state'
import type { StepStatus } from '@/api/types'
import type { Mark } from '@/graph/compare'
import type { WorkflowDocument } from '@/graph/document'

export interface Facts {
  status: StepStatus | null
  items: number
  /** Items by output, without those that got none. */
  outputs: Readonly<Record<string, number>>
  ms: number | null
  error: string | null
  step: string | null
}

export interface ComparedNode {
  node: string
  name: string
  before: Facts
  after: Facts
  /** What is not the same; times only when they are far apart. */
  differs: ('state' | 'items' | 'time' | 'error')[]
}

/** In the order of the document. */
export function compareRuns(document: WorkflowDocument, before: RunState, after: RunState): ComparedNode[] {
  return document.nodes.map(({ id, name }) => {
    const [one, other] = [factsOf(before.nodes[id]), factsOf(after.nodes[id])]
    return { node: id, name, before: one, after: other, differs: differencesOf(one, other) }
  })
}

export function marksOf(rows: readonly ComparedNode[]): ReadonlyMap<string, Mark> {
  return new Map(
    rows
      .filter(({ differs }) => differs.some((what) => what !== 'time'))
      .map(({ node }) => [node, 'changed']),
  )
}

function factsOf(run: NodeRun | undefined): Facts {
  if (!run) return { status: null, items: 0, outputs: {}, ms: null, error: null, step: null }
  return {
    status: run.status,
    items: sumOf(run.itemsOut),
    outputs: Object.fromEntries(Object.entries(run.itemsOut).filter(([, count]) => count > 0)),
    ms: run.ms,
    error: run.error?.message ?? null,
    step: run.step,
  }
}

const leastMs = 100

function differencesOf(before: Facts, after: Facts): ComparedNode['differs'] {
  const found: ComparedNode['differs'] = []
  if (before.status !== after.status) found.push('state')
  if (!sameCounts(before.outputs, after.outputs)) found.push('items')
  if (isFarApart(before.ms, after.ms)) found.push('time')
  if (before.error !== after.error) found.push('error')
  return found
}

function sameCounts(one: Facts['outputs'], other: Facts['outputs']): boolean {
  const ports = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...ports].every((port) => one[port] === other[port])
}

/** Twice as long and a tenth of a second more: less says nothing. */
function isFarApart(before: number | null, after: number | null): boolean {
  if (before === null || after === null) return false
  const [less, more] = before < after ? [before, after] : [after, before]
  return more - less >= leastMs && more >= 2 * less
}
