/** Where a loose end may go: the edge it would make with a node, or why it makes none. */
import { edgeKey, findNode, type WorkflowDocument, type WorkflowEdge } from './document'
import { inputPorts, type NodeLibrary, outputPorts } from './node-type'

/** The port that a new connection starts from. */
export interface LooseEnd {
  node: string
  port: string
  side: 'output' | 'input'
}

/** To the node's first free port, else to the first that is not joined with this end yet; else a sentence. */
export function edgeTo(
  document: WorkflowDocument,
  library: NodeLibrary,
  from: LooseEnd,
  id: string,
): WorkflowEdge | string {
  const node = findNode(document, id)
  if (!node) return 'The node is gone'
  if (id === from.node) return 'A node cannot feed itself'
  const isForward = from.side === 'output'
  const type = library.get(node.type)
  const ports = isForward ? inputPorts(node, type) : outputPorts(node, type)
  if (ports.length === 0) return isForward ? 'A trigger has no input' : 'This node has no output'
  const own = document.edges.filter((edge) => (isForward ? edge.target : edge.source) === id)
  const taken = new Set(own.map((edge) => (isForward ? edge.input : edge.output)))
  const known = new Set(own.map(edgeKey))
  const edges = ports.map((port) => edgeBetween(from, { node: id, port }))
  const free = edges.find((edge) => !taken.has(isForward ? edge.input : edge.output))
  return free ?? edges.find((edge) => !known.has(edgeKey(edge))) ?? 'Already connected'
}

/** The edge between a loose end and a port of the other side. */
export function edgeBetween(from: LooseEnd, to: { node: string; port: string }): WorkflowEdge {
  return from.side === 'output'
    ? { source: from.node, output: from.port, target: to.node, input: to.port }
    : { source: to.node, output: to.port, target: from.node, input: from.port }
}

/** Why nodes cannot be the other end, by their ids; those that can are not among them. */
export function refusalsOf(
  document: WorkflowDocument,
  library: NodeLibrary,
  from: LooseEnd,
): Map<string, string> {
  const found = new Map<string, string>()
  for (const { id } of document.nodes) {
    const edge = edgeTo(document, library, from, id)
    if (typeof edge === 'string' && id !== from.node) found.set(id, edge)
  }
  return found
}
