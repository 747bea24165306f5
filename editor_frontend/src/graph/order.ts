/** The order in which people read a flow, and how arrow keys walk through it. */
import {
  incomingEdges,
  outgoingEdges,
  type Point,
  type WorkflowDocument,
  type WorkflowNode,
} from './document'

/** Node ids from the triggers on, breadth by breadth, upper before lower; loops are entered once. */
export function flowOrder(document: Pick<WorkflowDocument, 'nodes' | 'edges'>): string[] {
  const places = new Map(document.nodes.map((node) => [node.id, node.position]))
  const next = new Map<string, Set<string>>(document.nodes.map((node) => [node.id, new Set()]))
  const waiting = new Map<string, number>(document.nodes.map((node) => [node.id, 0]))
  for (const { source, target } of document.edges) {
    const targets = next.get(source)
    if (!targets || targets.has(target) || source === target) continue
    targets.add(target)
    waiting.set(target, (waiting.get(target) ?? 0) + 1)
  }
  const left = new Set([...places.keys()].sort(byPlace(places)))
  const order: string[] = []
  let ready = [...left].filter((id) => waiting.get(id) === 0)
  while (left.size > 0) {
    // Only loops are left: go on with the upper-most node.
    const level = ready.length > 0 ? ready : [...left].slice(0, 1)
    ready = []
    for (const id of level) {
      left.delete(id)
      order.push(id)
      for (const receiver of next.get(id) ?? []) {
        const count = (waiting.get(receiver) ?? 0) - 1
        waiting.set(receiver, count)
        if (count === 0 && left.has(receiver)) ready.push(receiver)
      }
    }
    ready = ready.filter((id) => left.has(id)).sort(byPlace(places))
  }
  return order
}

function feeders(document: WorkflowDocument, id: string): Set<string> {
  return new Set(
    incomingEdges(document, id)
      .map((edge) => edge.source)
      .filter((source) => source !== id),
  )
}

function receivers(document: WorkflowDocument, id: string): Set<string> {
  return new Set(
    outgoingEdges(document, id)
      .map((edge) => edge.target)
      .filter((target) => target !== id),
  )
}

function byPlace(places: ReadonlyMap<string, Point>) {
  return (left: string, right: string): number => {
    const [x1, y1] = places.get(left) ?? [0, 0]
    const [x2, y2] = places.get(right) ?? [0, 0]
    return y1 - y2 || x1 - x2
  }
}

export type Direction = 'left' | 'right' | 'up' | 'down'

/** The node to go to from `id`: along edges to the sides, else the nearest one in that direction. */
export function neighbour(
  document: WorkflowDocument,
  id: string,
  direction: Direction,
): WorkflowNode | undefined {
  const start = document.nodes.find((node) => node.id === id)
  if (!start) return undefined
  return (
    nearest(start, linked(document, id, direction)) ??
    nearest(start, document.nodes.filter(isTowards(start, direction)))
  )
}

function linked(document: WorkflowDocument, id: string, direction: Direction): WorkflowNode[] {
  if (direction === 'up' || direction === 'down') return []
  const ids = direction === 'right' ? receivers(document, id) : feeders(document, id)
  return document.nodes.filter((node) => ids.has(node.id))
}

function isTowards(start: WorkflowNode, direction: Direction) {
  return (node: WorkflowNode): boolean => {
    const dx = node.position[0] - start.position[0]
    const dy = node.position[1] - start.position[1]
    if (node.id === start.id) return false
    if (direction === 'left') return dx < 0 && Math.abs(dy) <= -dx
    if (direction === 'right') return dx > 0 && Math.abs(dy) <= dx
    return direction === 'up' ? dy < 0 && Math.abs(dx) <= -2 * dy : dy > 0 && Math.abs(dx) <= 2 * dy
  }
}

function nearest(start: WorkflowNode, nodes: WorkflowNode[]): WorkflowNode | undefined {
  const distance = (node: WorkflowNode) =>
    Math.hypot(node.position[0] - start.position[0], node.position[1] - start.position[1])
  return [...nodes].sort((left, right) => distance(left) - distance(right))[0]
}
