/** Adding a node from the palette: where it goes, what it is called and what it is connected with. */
import { addNode, batch, type Command } from './commands'
import {
  edgeKey,
  findNode,
  gridSize,
  nodeHeight,
  nodeWidth,
  type Point,
  snapPoint,
  type WorkflowDocument,
  type WorkflowNode,
} from './document'
import { connect, insertOnEdge, makeRoom } from './edge-commands'
import { newId, uniqueName } from './naming'
import { defaultParams, inputPorts, type NodeTypeInfo, outputPorts } from './node-type'
import { putInto } from './note-commands'

/** The kind of data that a drag from the palette carries. */
export const nodeTypeDrag = 'application/x-node-type'

/** What asked for a node. `position` is where its upper left corner goes, if nothing is there yet. */
export interface PlaceRequest {
  position: Point
  /** A port that the new node is connected with. */
  from?: { node: string; port: string; side: 'output' | 'input' }
  /** An edge that the new node is inserted into. */
  edge?: string
}

export interface Placed {
  command: Command
  node: WorkflowNode
}

export function placeNode(
  document: WorkflowDocument,
  type: NodeTypeInfo,
  request: PlaceRequest,
  random: () => number = Math.random,
): Placed {
  const name = uniqueName(document, type.title)
  const node: WorkflowNode = {
    id: newId(name, random),
    type: type.key,
    version: type.version,
    name,
    position: request.edge ? snapPoint(request.position) : freePosition(document, request.position),
    params: defaultParams(type),
  }
  const links = linksOf(document, node, type, request)
  return { command: batch(`Add ${name}`, [addNode(node), ...links]), node }
}

function linksOf(
  document: WorkflowDocument,
  node: WorkflowNode,
  type: NodeTypeInfo,
  { from, edge: key }: PlaceRequest,
): Command[] {
  const input = inputPorts(node, type)[0]
  const output = outputPorts(node, type)[0]
  const edge = document.edges.find((known) => edgeKey(known) === key)
  if (key && edge && input && output) {
    const group = document.groups.find(
      ({ nodes }) => nodes.includes(edge.source) && nodes.includes(edge.target),
    )
    return [
      insertOnEdge(key, node.id, { input, output }),
      makeRoom(edge.source, edge.target, node.id),
      ...(group ? [putInto(group.id, [node.id])] : []),
    ]
  }
  if (from?.side === 'output' && input) {
    return [connect({ source: from.node, output: from.port, target: node.id, input })]
  }
  if (from?.side === 'input' && output) {
    return [connect({ source: node.id, output, target: from.node, input: from.port })]
  }
  return []
}

/** The wanted place, or the next one below it where no card is covered. */
export function freePosition(document: WorkflowDocument, wanted: Point): Point {
  let [x, y] = snapPoint(wanted)
  const isTaken = () =>
    document.nodes.some(
      ({ position }) =>
        Math.abs(position[0] - x) < nodeWidth && Math.abs(position[1] - y) < nodeHeight + gridSize,
    )
  while (isTaken()) y += 2 * gridSize
  return [x, y]
}

/** To the right of a node: where the next step of its output goes. */
export function positionAfter(document: WorkflowDocument, nodeId: string): Point {
  const [x, y] = findNode(document, nodeId)?.position ?? [0, 0]
  return freePosition(document, [x + nodeWidth + 5 * gridSize, y])
}

/** True when a node of this type can be connected with that side of a port. */
export function fits(type: NodeTypeInfo, from: PlaceRequest['from'], edge: string | undefined): boolean {
  const hasInput = !Array.isArray(type.inputs) || type.inputs.length > 0
  const hasOutput = !Array.isArray(type.outputs) || type.outputs.length > 0
  if (edge) return hasInput && hasOutput
  if (!from) return true
  return from.side === 'output' ? hasInput : hasOutput
}
