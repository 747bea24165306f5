/** Tidy: left to right, keeping the order in which branches were drawn. Apart, because its library is large. */
import * as dagre from '@dagrejs/dagre'
import { nodeWidth, type Point, snapPoint } from './document'
import type { LayoutRequest, LayoutResult } from './layout'

const betweenRanks = 80
/** Leaves room for the footer line below each card. */
const betweenNodes = 56

/** New positions; the upper left corner of the whole stays where it was. */
export function computeLayout({ nodes, edges }: LayoutRequest): LayoutResult {
  if (nodes.length === 0) return []
  const graph = new dagre.graphlib.Graph()
  graph.setGraph({ rankdir: 'LR', ranksep: betweenRanks, nodesep: betweenNodes })
  graph.setDefaultEdgeLabel(() => ({}))
  for (const node of nodes) graph.setNode(node.id, { width: nodeWidth, height: node.height })
  for (const edge of edges) graph.setEdge(edge.source, edge.target)
  // The library's own order has fewer crossings at times, but turns branches around.
  dagre.layout(graph, { disableOptimalOrderHeuristic: true })
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
