/** What is known of a workflow beside its document: the order of its steps, and what is wrong with it. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { WorkflowDocument } from '@/graph/document'
import type { Fragility } from '@/graph/fragility'
import { flowOrder } from '@/graph/order'
import { type Problem, problemNode } from '@/graph/validate'

export interface Facts {
  /** Node ids in flow order. */
  order: readonly string[]
  /** Where a node stands in that order, from 1 on. */
  steps: ReadonlyMap<string, number>
  problems: readonly Problem[]
  /** By node id, worst first. */
  problemsOf: ReadonlyMap<string, readonly Problem[]>
  fragility: Fragility
}

export type FactsStore = StoreApi<Facts>

const noProblems: Pick<Facts, 'problems' | 'problemsOf' | 'fragility'> = {
  problems: [],
  problemsOf: new Map(),
  fragility: { score: 0, level: 'sturdy', findings: [] },
}

export function createFactsStore(document: WorkflowDocument): FactsStore {
  return createStore<Facts>(() => ({ ...inOrder(flowOrder(document)), ...noProblems }))
}

/** Takes a new order of steps; listeners hear of it only when it differs. */
export function setOrder(facts: FactsStore, order: readonly string[]): void {
  const known = facts.getState().order
  const isSame = known.length === order.length && known.every((id, index) => id === order[index])
  if (!isSame) facts.setState(inOrder(order))
}

function inOrder(order: readonly string[]): Pick<Facts, 'order' | 'steps'> {
  return { order, steps: new Map(order.map((id, index) => [id, index + 1])) }
}

/** Takes what is wrong now. A node whose problems stayed keeps its list, so that its card is not drawn again. */
export function setProblems(facts: FactsStore, problems: readonly Problem[], fragility: Fragility): void {
  const before = facts.getState()
  const problemsOf = new Map<string, readonly Problem[]>()
  for (const problem of problems) {
    const id = problemNode(problem)
    if (id) problemsOf.set(id, [...(problemsOf.get(id) ?? []), problem])
  }
  for (const [id, found] of problemsOf) {
    const known = before.problemsOf.get(id)
    if (known && isAlike(known, found)) problemsOf.set(id, known)
  }
  facts.setState({ problems, problemsOf, fragility })
}

function isAlike(one: readonly Problem[], other: readonly Problem[]): boolean {
  return (
    one.length === other.length &&
    one.every((problem, index) => {
      const twin = other[index]
      return twin?.code === problem.code && twin.path === problem.path && twin.message === problem.message
    })
  )
}
