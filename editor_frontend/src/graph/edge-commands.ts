/** Named changes of edges. */
import { batch, type Command, changeOf, moveNodes, removeNodes, removeWhere } from './commands'
import {
  edgeKey,
  findNode,
  gridSize,
  incomingEdges,
  nodeHeight,
  nodeWidth,
  outgoingEdges,
  type Point,
  snap,
  type WorkflowDocument,
  type WorkflowEdge,
} from './document'
import type { Patch } from './patch'

/** Why a connection is not allowed, as a sentence; null when it is. */
export function connectionProblem(document: WorkflowDocument, edge: WorkflowEdge): string | null {
  if (edge.source === edge.target) return 'A node cannot feed itself'
  if (!findNode(document, edge.source) || !findNode(document, edge.target)) return 'The node is gone'
  if (document.edges.some((known) => edgeKey(known) === edgeKey(edge))) return 'Already connected'
  return null
}

export function connect(edge: WorkflowEdge): Command {
  return (document) => {
    if (connectionProblem(document, edge)) return null
    return { label: 'Connect', patches: [addEdgePatch(document, edge)] }
  }
}

function addEdgePatch(document: WorkflowDocument, edge: WorkflowEdge): Patch {
  return { list: 'edges', id: edgeKey(edge), index: document.edges.length, before: undefined, after: edge }
}

export function disconnect(keys: Iterable<string>): Command {
  const gone = new Set(keys)
  return (document) => {
    const patches = removeWhere(document, 'edges', (edge) => gone.has(edgeKey(edge)))
    return changeOf(patches.length > 1 ? `Delete ${patches.length} edges` : 'Delete edge', patches)
  }
}

/** Moves one end of an edge; it keeps its place in the list. */
export function reconnect(key: string, edge: WorkflowEdge): Command {
  return (document) => {
    const index = document.edges.findIndex((known) => edgeKey(known) === key)
    const before = document.edges[index]
    if (!before || connectionProblem(document, edge)) return null
    const after = { ...before, ...edge }
    return { label: 'Reconnect', patches: [{ list: 'edges', id: key, index, before, after }] }
  }
}

export interface InsertPorts {
  input: string
  output: string
}

/** Puts a node of the document between the ends of an edge: A → B becomes A → node → B. */
export function insertOnEdge(key: string, nodeId: string, ports: InsertPorts): Command {
  return (document) => {
    const edge = document.edges.find((known) => edgeKey(known) === key)
    if (!edge || edge.source === nodeId || edge.target === nodeId) return null
    return batch('Insert on edge', [
      disconnect([key]),
      connect({ source: edge.source, output: edge.output, target: nodeId, input: ports.input }),
      connect({ source: nodeId, output: ports.output, target: edge.target, input: edge.input }),
    ])(document)
  }
}

const room = 4 * gridSize

/** Puts an inserted node clear of the one before it, and shifts what comes after it out of its way. */
export function makeRoom(edgeSource: string, edgeTarget: string, inserted: string): Command {
  return (document) => {
    const [source, target, node] = [edgeSource, edgeTarget, inserted].map((id) => findNode(document, id))
    if (!source || !target || !node || target.position[0] <= source.position[0]) return null
    const x = clearOf(source.position, node.position)
    const places = new Map<string, Point>([[inserted, [x, node.position[1]]]])
    const needed = snap(x + nodeWidth + room - target.position[0])
    if (needed > 0) {
      const ids = downstreamOf(document, target.id)
      ids.delete(inserted)
      ids.delete(edgeSource)
      for (const { id, position } of document.nodes) {
        if (ids.has(id) && position[0] >= target.position[0])
          places.set(id, [position[0] + needed, position[1]])
      }
    }
    return moveNodes(places)(document)
  }
}

/** Where a node has to begin, unless it lies above or below the one before it anyway. */
function clearOf([sourceX, sourceY]: Point, [x, y]: Point): number {
  const isBeside = Math.abs(y - sourceY) < nodeHeight + gridSize
  return isBeside ? Math.max(x, sourceX + nodeWidth + room) : x
}

/** The node itself and everything its items can reach. */
export function downstreamOf(document: WorkflowDocument, id: string): Set<string> {
  return reach(id, (current) => outgoingEdges(document, current).map((edge) => edge.target))
}

export function upstreamOf(document: WorkflowDocument, id: string): Set<string> {
  return reach(id, (current) => incomingEdges(document, current).map((edge) => edge.source))
}

function reach(start: string, next: (id: string) => string[]): Set<string> {
  const seen = new Set([start])
  const queue = [start]
  for (let current = queue.pop(); current !== undefined; current = queue.pop()) {
    for (const id of next(current)) {
      if (seen.has(id)) continue
      seen.add(id)
      queue.push(id)
    }
  }
  return seen
}

/** Deletes nodes and joins what came in with where it went: A → B → C becomes A → C. */
export function removeAndHeal(ids: ReadonlySet<string>): Command {
  return (document) => {
    const joins = [...ids].flatMap((id) => bridges(document, id, ids))
    return batch('Delete and join', [removeNodes(ids), ...joins.map(connect)])(document)
  }
}

/** Edges from each feeder outside the removed set to each first receiver outside of it. */
function bridges(document: WorkflowDocument, id: string, gone: ReadonlySet<string>): WorkflowEdge[] {
  const feeders = incomingEdges(document, id).filter((edge) => !gone.has(edge.source))
  const receivers = receiversBeyond(document, id, gone, new Set())
  return feeders.flatMap((from) =>
    receivers.map((to) => ({ source: from.source, output: from.output, target: to.target, input: to.input })),
  )
}

function receiversBeyond(
  document: WorkflowDocument,
  id: string,
  gone: ReadonlySet<string>,
  seen: Set<string>,
): WorkflowEdge[] {
  if (seen.has(id)) return []
  seen.add(id)
  const firstPort = outgoingEdges(document, id)[0]?.output
  return outgoingEdges(document, id)
    .filter((edge) => edge.output === firstPort)
    .flatMap((edge) => (gone.has(edge.target) ? receiversBeyond(document, edge.target, gone, seen) : [edge]))
}
