/** Which results of an earlier run no longer belong to the draft. */

import { edgeKey, type WorkflowDocument, type WorkflowNode } from './document'
import { downstreamOf } from './edge-commands'
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
  const ids = new Set(now.nodes.map((node) => node.id))
  const all = [...starts].filter((id) => ids.has(id)).flatMap((id) => [...downstreamOf(now, id)])
  return new Set(all)
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
