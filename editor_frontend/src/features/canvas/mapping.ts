/** The one place that turns the document into the canvas library's nodes and edges. */
import { type Edge, type Node, type NodeHandle, Position } from '@xyflow/react'
import {
  type CanvasNote,
  edgeKey,
  type NodeGroup,
  nodeHeight,
  nodeWidth,
  type Point,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from '@/graph/document'
import { cardHeight, portGap } from '@/graph/layout'
import { inputPorts, type NodeLibrary, type NodeTypeInfo, outputPorts } from '@/graph/node-type'

export interface CardData extends Record<string, unknown> {
  node: WorkflowNode
  type: NodeTypeInfo | undefined
  inputs: string[]
  outputs: string[]
  /** Outputs that an edge leaves from. */
  used: readonly string[]
  isPinned: boolean
}

export type CardNode = Node<CardData, 'card'>
export type NoteNode = Node<{ note: CanvasNote }, 'note'>
export type FrameNode = Node<{ group: NodeGroup; count: number }, 'frame'>
export type FlowNode = CardNode | NoteNode | FrameNode
export type CardEdge = Edge<{ edge: WorkflowEdge; isBypassed: boolean }, 'flow'>
/** Stands for all edges between a folded group and one other end. */
export type FoldedEdge = Edge<{ keys: string[] }, 'folded'>
export type FlowEdge = CardEdge | FoldedEdge

export const portSize = 12

/** Distance of a port's centre from the card's upper edge. */
export function portOffset(index: number, count: number, height: number): number {
  return height / 2 + (index - (count - 1) / 2) * portGap
}

interface Cached<Source, Mapped> {
  source: Source
  isSelected: boolean
  x: number
  y: number
  mapped: Mapped
}

interface CachedEdge {
  isSelected: boolean
  isBypassed: boolean
  from: string
  to: string
  mapped: CardEdge
}

export interface MappingState {
  document: WorkflowDocument
  library: NodeLibrary
  selected: ReadonlySet<string>
  /** Places of what is being dragged. */
  moving: ReadonlyMap<string, Point>
  sizes: ReadonlyMap<string, Point>
  order: readonly string[]
  isReadOnly: boolean
}

const nothingUsed: readonly string[] = []

/** Remembers what it made, so that a node that did not change stays the same object and is not drawn again. */
export class ElementMapper {
  private cards = new Map<string, Cached<WorkflowNode, CardNode>>()
  private notes = new Map<string, Cached<CanvasNote, NoteNode>>()
  private readonly edges = new WeakMap<WorkflowEdge, CachedEdge>()
  private mappedEdges: FlowEdge[] = []
  private library: NodeLibrary | null = null
  private readonly byId = remembered((nodes: WorkflowNode[]) => new Map(nodes.map((node) => [node.id, node])))
  private readonly used = remembered(usedOutputs)

  /** Cards come in flow order, which is the order of the Tab key. */
  mapNodes(state: MappingState): FlowNode[] {
    if (state.library !== this.library) this.cards.clear()
    this.library = state.library
    const hidden = foldedInto(state.document)
    const byId = this.byId(state.document.nodes)
    const used = this.used(state.document.edges)
    const cards = state.order.flatMap((id) => {
      const node = byId.get(id)
      return node && !hidden.has(id) ? [this.card(node, used.get(id) ?? nothingUsed, state)] : []
    })
    const frames = state.document.groups.flatMap((group) => frameOf(group, state, cards))
    return [...frames, ...state.document.notes.map((note) => this.note(note, state)), ...cards]
  }

  private card(node: WorkflowNode, used: readonly string[], state: MappingState): CardNode {
    const [x, y] = state.moving.get(node.id) ?? node.position
    const isSelected = state.selected.has(node.id)
    const isPinned = state.document.pins[node.id] !== undefined
    const known = this.cards.get(node.id)
    const isSameData =
      known?.source === node &&
      known.mapped.data.isPinned === isPinned &&
      sameItems(known.mapped.data.used, used)
    if (isSameData && known.isSelected === isSelected && known.x === x && known.y === y) return known.mapped
    const mapped = isSameData
      ? { ...known.mapped, position: { x, y }, selected: isSelected }
      : newCard({ node, used, isPinned, isSelected, position: { x, y }, library: state.library })
    this.cards.set(node.id, { source: node, isSelected, x, y, mapped })
    return mapped
  }

  private note(note: CanvasNote, state: MappingState): NoteNode {
    const [x, y] = state.moving.get(note.id) ?? note.position
    const isSelected = state.selected.has(note.id)
    const known = this.notes.get(note.id)
    const [width, height] = state.sizes.get(note.id) ?? note.size
    const isSame = known?.mapped.width === width && known.mapped.height === height
    if (
      isSame &&
      known.source === note &&
      known.isSelected === isSelected &&
      known.x === x &&
      known.y === y
    ) {
      return known.mapped
    }
    const mapped: NoteNode = {
      id: note.id,
      type: 'note',
      position: { x, y },
      width,
      height,
      measured: { width, height },
      selected: isSelected,
      zIndex: -1,
      data: { note },
      ariaLabel: `Note: ${note.text.slice(0, 60)}`,
    }
    this.notes.set(note.id, { source: note, isSelected, x, y, mapped })
    return mapped
  }

  /** The same array as before when no edge changed: the canvas library indexes all edges of a new one. */
  mapEdges(document: WorkflowDocument, selected: ReadonlySet<string>): FlowEdge[] {
    const folded = foldedInto(document)
    const nodes = this.byId(document.nodes)
    const cards = document.edges
      .filter((edge) => !folded.has(edge.source) && !folded.has(edge.target))
      .map((edge) => this.edge(edge, nodes, selected))
    const mapped = folded.size === 0 ? cards : [...cards, ...foldedEdges(document, folded)]
    if (!sameItems(mapped, this.mappedEdges)) this.mappedEdges = mapped
    return this.mappedEdges
  }

  private edge(
    edge: WorkflowEdge,
    nodes: ReadonlyMap<string, WorkflowNode>,
    selected: ReadonlySet<string>,
  ): CardEdge {
    const [source, target] = [nodes.get(edge.source), nodes.get(edge.target)]
    const [from, to] = [source?.name ?? '', target?.name ?? '']
    const isBypassed = (source?.disabled ?? false) || (target?.disabled ?? false)
    const known = this.edges.get(edge)
    // Compared before the key is made: most edges are what they were.
    const isSame = known?.isBypassed === isBypassed && known.from === from && known.to === to
    if (isSame && known.isSelected === selected.has(known.mapped.id)) return known.mapped
    const id = edgeKey(edge)
    const isSelected = selected.has(id)
    const label = `From ${from}, output ${edge.output}, to ${to}`
    const mapped = newEdge(edge, id, isSelected, isBypassed, label)
    this.edges.set(edge, { isSelected, isBypassed, from, to, mapped })
    return mapped
  }
}

/** The last answer, for as long as the same thing is asked. */
function remembered<In, Out>(make: (input: In) => Out): (input: In) => Out {
  let last: { input: In; output: Out } | null = null
  return (input) => {
    if (last?.input !== input) last = { input, output: make(input) }
    return last.output
  }
}

function usedOutputs(edges: readonly WorkflowEdge[]): Map<string, string[]> {
  const used = new Map<string, string[]>()
  for (const { source, output } of edges) {
    const known = used.get(source)
    if (!known) used.set(source, [output])
    else if (!known.includes(output)) known.push(output)
  }
  return used
}

function sameItems<T>(one: readonly T[], other: readonly T[]): boolean {
  return one === other || (one.length === other.length && one.every((item, index) => item === other[index]))
}

interface CardParts {
  node: WorkflowNode
  used: readonly string[]
  isPinned: boolean
  isSelected: boolean
  position: { x: number; y: number }
  library: NodeLibrary
}

function newCard({ node, used, isPinned, isSelected, position, library }: CardParts): CardNode {
  const type = library.get(node.type)
  const inputs = inputPorts(node, type)
  const outputs = outputPorts(node, type)
  const height = cardHeight(inputs.length, outputs.length)
  return {
    id: node.id,
    type: 'card',
    position,
    width: nodeWidth,
    height,
    measured: { width: nodeWidth, height },
    handles: [...handlesOf(inputs, 'target', height), ...handlesOf(outputs, 'source', height)],
    selected: isSelected,
    data: { node, type, inputs, outputs, used, isPinned },
    domAttributes: { 'aria-labelledby': `label-${node.id}`, 'aria-describedby': undefined },
  }
}

function handlesOf(ports: string[], type: 'source' | 'target', height: number): NodeHandle[] {
  return ports.map((id, index) => ({
    id,
    type,
    position: type === 'source' ? Position.Right : Position.Left,
    x: (type === 'source' ? nodeWidth : 0) - portSize / 2,
    y: portOffset(index, ports.length, height) - portSize / 2,
    width: portSize,
    height: portSize,
  }))
}

function newEdge(
  edge: WorkflowEdge,
  id: string,
  selected: boolean,
  isBypassed: boolean,
  ariaLabel: string,
): CardEdge {
  return {
    id,
    type: 'flow',
    source: edge.source,
    sourceHandle: edge.output,
    target: edge.target,
    targetHandle: edge.input,
    selected,
    data: { edge, isBypassed },
    ariaLabel,
  }
}

/** Members of folded groups, by the group whose frame stands for them. */
function foldedInto(document: WorkflowDocument): Map<string, NodeGroup> {
  const groups = document.groups.filter((group) => group.collapsed)
  return new Map(groups.flatMap((group) => group.nodes.map((id): [string, NodeGroup] => [id, group])))
}

/** One line for all edges between the same two ends; what stays inside of a frame is not drawn. */
function foldedEdges(document: WorkflowDocument, folded: ReadonlyMap<string, NodeGroup>): FoldedEdge[] {
  const names = new Map(document.nodes.map((node) => [node.id, node.name]))
  const found = new Map<string, FoldedEdge>()
  for (const edge of document.edges) {
    const from = folded.get(edge.source)
    const to = folded.get(edge.target)
    if ((!from && !to) || from === to) continue
    const source = from?.id ?? edge.source
    const target = to?.id ?? edge.target
    const id = `folded ${source} ${from ? '' : edge.output} ${target} ${to ? '' : edge.input}`
    const known = found.get(id)
    if (known?.data) known.data.keys.push(edgeKey(edge))
    else {
      const start = from ? `the group ${from.title}` : `${names.get(edge.source)}, output ${edge.output},`
      const end = to ? `the group ${to.title}` : names.get(edge.target)
      found.set(id, {
        id,
        type: 'folded',
        source,
        sourceHandle: from ? foldedPort : edge.output,
        target,
        targetHandle: to ? foldedPort : edge.input,
        selectable: false,
        reconnectable: false,
        data: { keys: [edgeKey(edge)] },
        ariaLabel: `From ${start} to ${end}`,
      })
    }
  }
  return [...found.values()]
}

export const foldedPort = 'folded'

const framePadding = 24
const frameTitle = 32
const footerRoom = 32

function frameOf(group: NodeGroup, state: MappingState, cards: readonly CardNode[]): FrameNode[] {
  const box = group.collapsed ? collapsedBox(group, state) : openBox(group, cards)
  if (!box) return []
  const moved = state.moving.get(group.id)
  return [
    {
      id: group.id,
      type: 'frame',
      position: moved ? { x: moved[0], y: moved[1] } : { x: box.x, y: box.y },
      width: box.width,
      height: box.height,
      measured: { width: box.width, height: box.height },
      selected: state.selected.has(group.id),
      zIndex: -2,
      data: { group, count: group.nodes.length },
      dragHandle: '.frame-title',
      handles: group.collapsed ? [...sideHandle('target', box), ...sideHandle('source', box)] : [],
      ariaLabel: `Group ${group.title}, ${group.nodes.length} nodes`,
    },
  ]
}

function sideHandle(
  type: 'source' | 'target',
  { width, height }: { width: number; height: number },
): NodeHandle[] {
  return [
    {
      id: foldedPort,
      type,
      position: type === 'source' ? Position.Right : Position.Left,
      x: (type === 'source' ? width : 0) - portSize / 2,
      y: height / 2 - portSize / 2,
      width: portSize,
      height: portSize,
    },
  ]
}

function openBox(group: NodeGroup, cards: readonly CardNode[]) {
  const members = cards.filter((card) => group.nodes.includes(card.id))
  if (members.length === 0) return null
  const left = Math.min(...members.map((card) => card.position.x)) - framePadding
  const top = Math.min(...members.map((card) => card.position.y)) - framePadding - frameTitle
  const right = Math.max(...members.map((card) => card.position.x + nodeWidth)) + framePadding
  const bottom =
    Math.max(...members.map((card) => card.position.y + (card.height ?? nodeHeight))) +
    framePadding +
    footerRoom
  return { x: left, y: top, width: right - left, height: bottom - top }
}

function collapsedBox(group: NodeGroup, state: MappingState) {
  const members = state.document.nodes.filter((node) => group.nodes.includes(node.id))
  if (members.length === 0) return null
  const places = members.map((node) => state.moving.get(node.id) ?? node.position)
  return {
    x: Math.min(...places.map(([x]) => x)) - framePadding,
    y: Math.min(...places.map(([, y]) => y)) - framePadding - frameTitle,
    width: nodeWidth + 2 * framePadding,
    height: frameTitle + framePadding,
  }
}
