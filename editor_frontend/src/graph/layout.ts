/** Tidy and align: what is to be laid out, and how large the cards are. `compute-layout.ts` does the work. */
import { gridSize, nodeHeight, type Point, type WorkflowDocument, type WorkflowNode } from './document'
import { inputPorts, type NodeLibrary, outputPorts } from './node-type'

/** What the layout needs to know; small enough to be posted to a worker. */
export interface LayoutRequest {
  nodes: { id: string; position: Point; height: number }[]
  edges: { source: string; target: string }[]
}

export type LayoutResult = [id: string, position: Point][]

export const portGap = 24

/** Of all nodes, or of the chosen ones among themselves. Nodes that stand alone keep to the order of their place. */
export function layoutRequest(
  document: WorkflowDocument,
  chosen: ReadonlySet<string>,
  library: NodeLibrary = new Map(),
): LayoutRequest {
  const nodes = document.nodes.filter((node) => chosen.size === 0 || chosen.has(node.id))
  const ids = new Set(nodes.map((node) => node.id))
  const places = new Map(nodes.map((node) => [node.id, node.position[1]]))
  const edges = document.edges
    .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
    .sort((a, b) => (places.get(a.target) ?? 0) - (places.get(b.target) ?? 0))
  return {
    nodes: [...nodes]
      .sort((a, b) => a.position[1] - b.position[1] || a.position[0] - b.position[0])
      .map((node) => ({ id: node.id, position: node.position, height: nodeCardHeight(node, library) })),
    edges: edges.map(({ source, target }) => ({ source, target })),
  }
}

/** The height of a card: room for each of its ports. */
export function cardHeight(inputs: number, outputs: number): number {
  return Math.max(nodeHeight, Math.max(inputs, outputs) * portGap + gridSize)
}

export function nodeCardHeight(node: WorkflowNode, library: NodeLibrary): number {
  const type = library.get(node.type)
  return cardHeight(inputPorts(node, type).length, outputPorts(node, type).length)
}

export type Alignment = 'left' | 'right' | 'top' | 'bottom' | 'across' | 'down'

/** Lines up (`left` … `bottom`) or spaces out evenly (`across`, `down`) the chosen nodes. */
export function alignNodes(
  document: WorkflowDocument,
  chosen: ReadonlySet<string>,
  how: Alignment,
): Map<string, Point> {
  const nodes = document.nodes.filter((node) => chosen.has(node.id))
  if (nodes.length < 2) return new Map()
  const axis = how === 'left' || how === 'right' || how === 'across' ? 0 : 1
  const sorted = [...nodes].sort((a, b) => a.position[axis] - b.position[axis])
  const low = sorted[0]?.position[axis] ?? 0
  const high = sorted.at(-1)?.position[axis] ?? 0
  const place = (index: number) => {
    if (how === 'left' || how === 'top') return low
    return how === 'right' || how === 'bottom' ? high : low + ((high - low) * index) / (sorted.length - 1)
  }
  return new Map(
    sorted.map((node, index): [string, Point] => [node.id, withAxis(node.position, axis, place(index))]),
  )
}

function withAxis([x, y]: Point, axis: 0 | 1, value: number): Point {
  return axis === 0 ? [value, y] : [x, value]
}
