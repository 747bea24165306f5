/** Which results of an earlier run no longer belong to the draft. */

import { edgeKey, type WorkflowDocument, type WorkflowNode } from './document'
import { sameJson } from './equal'

/** Ids of nodes that would now get or do something else than in the document that ran, those after them included. */
export function staleNodes(ran: WorkflowDocument, now: WorkflowDocument): Set<string> {
  const before = new Map(ran.nodes.map((node) => [node.id, node]))
  const changed = now.nodes.filter((node) => {
    const old = before.get(node.id)
    return !old || !worksAlike(old, node) || !sameJson(ran.pins[node.id], now.pins[node.id])
  })
  const starts = new Set(changed.map((node) => node.id))
  const known = new Set(ran.edges.map(edgeKey))
  const current = new Set(now.edges.map(edgeKey))
  for (const edge of [...ran.edges, ...now.edges]) {
    const key = edgeKey(edge)
    if (known.has(key) !== current.has(key)) starts.add(edge.target)
  }
  return reachedFrom(starts, now)
}

/** The starts and all after them, in one walk however large the graph is. */
function reachedFrom(starts: ReadonlySet<string>, document: WorkflowDocument): Set<string> {
  const next = new Map<string, string[]>(document.nodes.map((node) => [node.id, []]))
  for (const edge of document.edges) next.get(edge.source)?.push(edge.target)
  const queue = [...starts].filter((id) => next.has(id))
  const seen = new Set(queue)
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    for (const target of next.get(id) ?? []) {
      if (seen.has(target)) continue
      seen.add(target)
      queue.push(target)
    }
  }
  return seen
}

/** Names, places and notes change nothing of what a node does. */
function worksAlike(one: WorkflowNode, other: WorkflowNode): boolean {
  return (
    one.type === other.type &&
    one.version === other.version &&
    (one.disabled ?? false) === (other.disabled ?? false) &&
    sameJson(one.params, other.params) &&
    sameJson(one.settings ?? {}, other.settings ?? {})
  )
}
