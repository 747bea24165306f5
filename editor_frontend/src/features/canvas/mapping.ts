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

export type CardNode = Node<
  { node: WorkflowNode; type: NodeTypeInfo | undefined; inputs: string[]; outputs: string[] },
  'card'
>
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

/** Remembers what it made, so that a node that did not change stays the same object and is not drawn again. */
export class ElementMapper {
  private cards = new Map<string, Cached<WorkflowNode, CardNode>>()
  private notes = new Map<string, Cached<CanvasNote, NoteNode>>()
  private edges = new Map<
    string,
    { source: WorkflowEdge; isSelected: boolean; isBypassed: boolean; mapped: CardEdge }
  >()
  private library: NodeLibrary | null = null

  /** Cards come in flow order, which is the order of the Tab key. */
  mapNodes(state: MappingState): FlowNode[] {
    if (state.library !== this.library) this.cards.clear()
    this.library = state.library
    const hidden = foldedInto(state.document)
    const byId = new Map(state.document.nodes.map((node) => [node.id, node]))
    const cards = state.order.flatMap((id) => {
      const node = byId.get(id)
      return node && !hidden.has(id) ? [this.card(node, state)] : []
    })
    const frames = state.document.groups.flatMap((group) => frameOf(group, state, cards))
    return [...frames, ...state.document.notes.map((note) => this.note(note, state)), ...cards]
  }

  private card(node: WorkflowNode, state: MappingState): CardNode {
    const [x, y] = state.moving.get(node.id) ?? node.position
    const isSelected = state.selected.has(node.id)
    const known = this.cards.get(node.id)
    if (known?.source === node && known.isSelected === isSelected && known.x === x && known.y === y)
      return known.mapped
    const sameData = known?.source === node ? known.mapped : undefined
    const mapped = sameData
      ? { ...sameData, position: { x, y }, selected: isSelected }
      : newCard(node, state, isSelected, { x, y })
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

  mapEdges(document: WorkflowDocument, selected: ReadonlySet<string>): FlowEdge[] {
    const folded = foldedInto(document)
    const disabled = new Set(document.nodes.filter((node) => node.disabled).map((node) => node.id))
    const names = new Map(document.nodes.map((node) => [node.id, node.name]))
    const cards = document.edges
      .filter((edge) => !folded.has(edge.source) && !folded.has(edge.target))
      .map((edge) => {
        const id = edgeKey(edge)
        const isSelected = selected.has(id)
        const isBypassed = disabled.has(edge.source) || disabled.has(edge.target)
        const known = this.edges.get(id)
        if (known?.source === edge && known.isSelected === isSelected && known.isBypassed === isBypassed)
          return known.mapped
        const label = `From ${names.get(edge.source)}, output ${edge.output}, to ${names.get(edge.target)}`
        const mapped = newEdge(edge, id, isSelected, isBypassed, label)
        this.edges.set(id, { source: edge, isSelected, isBypassed, mapped })
        return mapped
      })
    return folded.size === 0 ? cards : [...cards, ...foldedEdges(document, folded)]
  }
}

function newCard(
  node: WorkflowNode,
  state: MappingState,
  selected: boolean,
  position: { x: number; y: number },
): CardNode {
  const type = state.library.get(node.type)
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
    selected,
    data: { node, type, inputs, outputs },
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
