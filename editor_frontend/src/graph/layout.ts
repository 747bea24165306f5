/** Tidy: left to right, keeping the order in which branches were drawn. */
import * as dagre from '@dagrejs/dagre'
import {
  gridSize,
  nodeHeight,
  nodeWidth,
  type Point,
  snapPoint,
  type WorkflowDocument,
  type WorkflowNode,
} from './document'
import { inputPorts, type NodeLibrary, outputPorts } from './node-type'

/** What the layout needs to know; small enough to be posted to a worker. */
export interface LayoutRequest {
  nodes: { id: string; position: Point; height: number }[]
  edges: { source: string; target: string }[]
}

export type LayoutResult = [id: string, position: Point][]

export const portGap = 24
const betweenRanks = 80
/** Leaves room for the footer line below each card. */
const betweenNodes = 56

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
      .map((node) => ({ id: node.id, position: node.position, height: heightOf(node, library) })),
    edges: edges.map(({ source, target }) => ({ source, target })),
  }
}

/** The height of a card: room for each of its ports. */
export function cardHeight(inputs: number, outputs: number): number {
  return Math.max(nodeHeight, Math.max(inputs, outputs) * portGap + gridSize)
}

function heightOf(node: WorkflowNode, library: NodeLibrary): number {
  const type = library.get(node.type)
  return cardHeight(inputPorts(node, type).length, outputPorts(node, type).length)
}

/** New positions; the upper left corner of the whole stays where it was. */
export function computeLayout({ nodes, edges }: LayoutRequest): LayoutResult {
  if (nodes.length === 0) return []
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', ranksep: betweenRanks, nodesep: betweenNodes })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { width: nodeWidth, height: node.height })
  for (const edge of edges) graph.setEdge(edge.source, edge.target)
  dagre.layout(graph)
  const placed = nodes.map(({ id, height }): [string, Point] => {
    const { x, y } = graph.node(id)
    return [id, [x - nodeWidth / 2, y - height / 2]]
  })
  const [dx, dy] = shift(
    nodes.map((node) => node.position),
    placed.map(([, position]) => position),
  )
  return placed.map(([id, [x, y]]) => [id, snapPoint([x + dx, y + dy])])
}

function shift(before: Point[], after: Point[]): Point {
  const corner = (points: Point[], axis: 0 | 1) => Math.min(...points.map((point) => point[axis]))
  return [corner(before, 0) - corner(after, 0), corner(before, 1) - corner(after, 1)]
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
