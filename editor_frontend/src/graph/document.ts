/** The workflow document: what is saved, exported, copied and kept in git. */

export type Point = [x: number, y: number]

/** Settings of a node. Any JSON; a string that starts with `=` is a template. */
export type Params = Record<string, unknown>

/** Unknown fields are kept as they are, so that a newer document survives an older editor. */
export interface WorkflowNode {
  id: string
  type: string
  version: number
  name: string
  position: Point
  params: Params
  settings?: Params
  disabled?: boolean
  notes?: string
  [field: string]: unknown
}

export interface WorkflowEdge {
  source: string
  output: string
  target: string
  input: string
  [field: string]: unknown
}

export const noteColors = ['yellow', 'blue', 'green', 'pink', 'grey'] as const
export type NoteColor = (typeof noteColors)[number]

/** A sticky note on the canvas; `text` is markdown. */
export interface CanvasNote {
  id: string
  text: string
  color: NoteColor
  position: Point
  size: Point
  [field: string]: unknown
}

/** A titled frame around nodes. */
export interface NodeGroup {
  id: string
  title: string
  color: NoteColor
  nodes: string[]
  collapsed?: boolean
  [field: string]: unknown
}

export interface WorkflowDocument {
  format: 1
  name: string
  nodes: WorkflowNode[]
  edges: WorkflowEdge[]
  settings: Params
  /** Node id → the JSON of its pinned items, which manual runs take as its output. */
  pins: Record<string, unknown>
  notes: CanvasNote[]
  groups: NodeGroup[]
  [field: string]: unknown
}

export const gridSize = 16
export const nodeWidth = 208
export const nodeHeight = 64

export function emptyDocument(name: string): WorkflowDocument {
  return { format: 1, name, nodes: [], edges: [], settings: {}, pins: {}, notes: [], groups: [] }
}

/** Fills in the parts a hand-written document may leave out. Keeps everything else. */
export function completeDocument(partial: Partial<WorkflowDocument>): WorkflowDocument {
  const complete = { ...emptyDocument(partial.name ?? 'Untitled'), ...partial }
  return { ...complete, nodes: complete.nodes.map(completeNode), edges: complete.edges.map(completeEdge) }
}

function completeEdge(edge: WorkflowEdge): WorkflowEdge {
  const isComplete = edge.output !== undefined && edge.input !== undefined
  return isComplete ? edge : { ...edge, output: edge.output ?? 'main', input: edge.input ?? 'main' }
}

function completeNode(node: WorkflowNode): WorkflowNode {
  const isComplete = node.params !== undefined && node.position !== undefined && node.version !== undefined
  if (isComplete) return node
  return { ...node, params: node.params ?? {}, position: node.position ?? [0, 0], version: node.version ?? 1 }
}

/** Edges have no id of their own: what they join identifies them. */
export function edgeKey(edge: Pick<WorkflowEdge, 'source' | 'output' | 'target' | 'input'>): string {
  return [edge.source, edge.output, edge.target, edge.input].map(encodeURIComponent).join('>')
}

export function findNode(document: WorkflowDocument, id: string): WorkflowNode | undefined {
  return document.nodes.find((node) => node.id === id)
}

export function findNodeByName(document: WorkflowDocument, name: string): WorkflowNode | undefined {
  return document.nodes.find((node) => node.name === name)
}

export function incomingEdges(document: WorkflowDocument, id: string): WorkflowEdge[] {
  return document.edges.filter((edge) => edge.target === id)
}

export function outgoingEdges(document: WorkflowDocument, id: string): WorkflowEdge[] {
  return document.edges.filter((edge) => edge.source === id)
}

export function snap(value: number): number {
  // "+ 0" turns -0 into 0: JSON knows no negative zero.
  return Math.round(value / gridSize) * gridSize + 0
}

export function snapPoint([x, y]: Point): Point {
  return [snap(x), snap(y)]
}
