/** Where the panel's data comes from: which step, which side, which port. Pure. */
import type { RunState, StepRun } from '@/api/run-state'
import type { JsonObject } from '@/api/types'
import { asList, asObject } from '@/forms/values'
import { incomingEdges, type WorkflowDocument, type WorkflowNode } from '@/graph/document'

export interface DataSource {
  step: string
  side: 'in' | 'out'
  ports: readonly { port: string; count: number }[]
  /** Of the node whose output is shown in place of the input; null when the step is the node's own. */
  from: string | null
  isFinal: boolean
  /** What is at hand already, by port, and need not be fetched. */
  items?: Readonly<Record<string, readonly JsonObject[]>>
}

/** The node's steps in this run, oldest first. */
export function stepsOf(run: RunState, nodeId: string): StepRun[] {
  return run.steps.filter((step) => step.node === nodeId)
}

export function outputSource(step: StepRun | undefined): DataSource | null {
  if (!step) return null
  return {
    step: step.step,
    side: 'out',
    ports: portCounts(step.itemsOut),
    from: null,
    isFinal: isEnded(step),
  }
}

/** Pinned items as the panes show them; what is no record is left out. */
export function pinnedSource(pins: Readonly<Record<string, unknown>>): DataSource {
  const items = Object.fromEntries(
    Object.entries(pins).map(([port, list]) => [
      port,
      asList(list).map((each) => asObject(each) as JsonObject),
    ]),
  )
  const ports = Object.entries(items).map(([port, list]) => ({ port, count: list.length }))
  return { step: 'pinned', side: 'out', ports, from: null, isFinal: true, items }
}

/** What the step received; before it has run, what the nodes in front of it gave. */
export function inputSource(
  run: RunState,
  document: WorkflowDocument,
  node: WorkflowNode,
  step: StepRun | undefined,
): DataSource | null {
  if (step) return { step: step.step, side: 'in', ports: portCounts(step.itemsIn), from: null, isFinal: true }
  for (const edge of incomingEdges(document, node.id)) {
    const before = stepsOf(run, edge.source).at(-1)
    const count = before?.itemsOut[edge.output] ?? 0
    if (before && count > 0) {
      return {
        step: before.step,
        side: 'out',
        ports: [{ port: edge.output, count }],
        from: edge.source,
        isFinal: isEnded(before),
      }
    }
  }
  return null
}

function portCounts(counts: Readonly<Record<string, number>>): { port: string; count: number }[] {
  return Object.entries(counts).map(([port, count]) => ({ port, count }))
}

function isEnded(step: StepRun): boolean {
  return step.status === 'succeeded' || step.status === 'failed' || step.status === 'cancelled'
}

/** All nodes from which items can reach this one, nearest first. */
export function upstreamIds(document: WorkflowDocument, id: string): string[] {
  const found: string[] = []
  const queue = [id]
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    for (const { source } of incomingEdges(document, next)) {
      if (source === id || found.includes(source)) continue
      found.push(source)
      queue.push(source)
    }
  }
  return found
}
