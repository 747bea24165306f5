/** Parts of a document: what is copied, pasted and duplicated. */
import { addNode, batch, type Command, setPin } from './commands'
import {
  type CanvasNote,
  gridSize,
  type NodeGroup,
  type Params,
  type Point,
  snapPoint,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from './document'
import { connect } from './edge-commands'
import { newId, uniqueName } from './naming'
import { addGroup, addNote } from './note-commands'
import { renameReferences } from './references'

export interface Fragment {
  nodes: WorkflowNode[]
  edges: WorkflowEdge[]
  notes: CanvasNote[]
  groups: NodeGroup[]
  pins: Params
}

/** The chosen nodes and notes, the edges between them and the groups wholly among them. */
export function extractFragment(document: WorkflowDocument, ids: ReadonlySet<string>): Fragment {
  return {
    nodes: document.nodes.filter((node) => ids.has(node.id)),
    edges: document.edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target)),
    notes: document.notes.filter((note) => ids.has(note.id)),
    groups: document.groups.filter(
      (group) => group.nodes.length > 0 && group.nodes.every((id) => ids.has(id)),
    ),
    pins: Object.fromEntries(Object.entries(document.pins).filter(([id]) => ids.has(id))),
  }
}

/** New ids and free names, references among the copied nodes rewritten, moved so that it starts at `at`. */
export function freshCopy(
  document: WorkflowDocument,
  fragment: Fragment,
  at: Point,
  random: () => number = Math.random,
): Fragment {
  const ids = new Map<string, string>()
  const renames: [from: string, to: string][] = []
  const taken = new Set<string>()
  for (const node of fragment.nodes) {
    const name = uniqueName(document, node.name, taken)
    taken.add(name)
    ids.set(node.id, newId(name, random))
    renames.push([node.name, name])
  }
  const [dx, dy] = offset(fragment, at)
  const place = ([x, y]: Point): Point => snapPoint([x + dx, y + dy])
  return {
    nodes: fragment.nodes.map((node, index) => ({
      ...node,
      id: ids.get(node.id) as string,
      name: renames[index]?.[1] ?? node.name,
      position: place(node.position),
      params: renameAll(node.params, renames),
    })),
    edges: fragment.edges.map((edge) => ({
      ...edge,
      source: ids.get(edge.source) ?? '',
      target: ids.get(edge.target) ?? '',
    })),
    notes: fragment.notes.map((note) => ({
      ...note,
      id: newId('note', random),
      position: place(note.position),
    })),
    groups: fragment.groups.map((group) => ({
      ...group,
      id: newId('group', random),
      nodes: group.nodes.flatMap((id) => ids.get(id) ?? []),
    })),
    pins: Object.fromEntries(
      Object.entries(fragment.pins).flatMap(([id, pin]) => (ids.has(id) ? [[ids.get(id), pin]] : [])),
    ),
  }
}

/** By way of placeholders, so that swapping two names does not run them together. */
function renameAll(params: Params, renames: [from: string, to: string][]): Params {
  const changed = renames.filter(([from, to]) => from !== to)
  const parked = changed.reduce(
    (value, [from], index) => renameReferences(value, from, `\u0000${index}`),
    params,
  )
  return changed.reduce((value, [, to], index) => renameReferences(value, `\u0000${index}`, to), parked)
}

function offset(fragment: Fragment, [x, y]: Point): Point {
  const corners = [...fragment.nodes, ...fragment.notes].map((element) => element.position)
  if (corners.length === 0) return [0, 0]
  return [
    x - Math.min(...corners.map((corner) => corner[0])),
    y - Math.min(...corners.map((corner) => corner[1])),
  ]
}

/** Adds a fragment as it is. Make a `freshCopy` first. */
export function addFragment(fragment: Fragment, label = 'Paste'): Command {
  return batch(label, [
    ...fragment.nodes.map(addNode),
    ...fragment.edges.map(connect),
    ...fragment.notes.map(addNote),
    ...fragment.groups.map(addGroup),
    ...Object.entries(fragment.pins).map(([id, pin]) => setPin(id, pin)),
  ])
}

export function fragmentIds(fragment: Fragment): string[] {
  return [...fragment.nodes, ...fragment.notes].map((element) => element.id)
}

/** A copy of the chosen elements, a little to the lower right. Edges that come in from outside are kept. */
export function duplicateFragment(
  document: WorkflowDocument,
  ids: ReadonlySet<string>,
  random: () => number = Math.random,
): Fragment {
  const original = extractFragment(document, ids)
  const corners = [...original.nodes, ...original.notes].map((element) => element.position)
  const shift = 2 * gridSize
  const at: Point = [
    Math.min(...corners.map((corner) => corner[0])) + shift,
    Math.min(...corners.map((corner) => corner[1])) + shift + gridSize * 4,
  ]
  return freshCopy(document, original, at, random)
}
