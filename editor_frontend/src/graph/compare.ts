/** Two documents side by side: what came, what went, what is different, field by field. */
import { batch, type Command, changeOf } from './commands'
import { diffDocuments } from './diff'
import { edgeKey, type WorkflowDocument, type WorkflowNode } from './document'
import { sameJson } from './equal'

export type Mark = 'added' | 'removed' | 'changed'

export interface FieldChange {
  /** Where in the element, such as `params.url`. */
  path: string
  before: unknown
  after: unknown
}

export interface ElementChange {
  kind: 'node' | 'edge' | 'note' | 'group' | 'workflow'
  id: string
  title: string
  mark: Mark
  fields: FieldChange[]
}

export interface Comparison {
  /** The later document with what was removed put back, so that both can be seen on one canvas. */
  union: WorkflowDocument
  /** By node id and by edge key. */
  marks: ReadonlyMap<string, Mark>
  changes: ElementChange[]
  /** Nodes that only stand elsewhere. */
  moved: number
}

export function compareDocuments(before: WorkflowDocument, after: WorkflowDocument): Comparison {
  const nodes = compareLists(before.nodes, after.nodes, (node) => node.id, compareNode)
  const changes = [
    ...nodes.filter(isReal),
    ...edgeChanges(before, after),
    ...compareLists(
      before.notes,
      after.notes,
      (note) => note.id,
      (old, young) => changed('note', old.id, 'Note', fieldsOf(old, young, ['text', 'color'])),
    ).filter(isReal),
    ...compareLists(
      before.groups,
      after.groups,
      (group) => group.id,
      (old, young) =>
        changed('group', old.id, young.title, fieldsOf(old, young, ['title', 'color', 'nodes'])),
    ).filter(isReal),
    ...workflowChanges(before, after),
  ]
  const marks = new Map(changes.map((change) => [change.id, change.mark]))
  return { union: unionOf(before, after), marks, changes, moved: movedNodes(before, after) }
}

/** Makes the open document what an earlier version was; one step of undo. */
export function restoreDocument(target: WorkflowDocument, title: string): Command {
  return (document) => batch(title, [(current) => changeOf(title, diffDocuments(current, target))])(document)
}

function isReal(change: ElementChange | null): change is ElementChange {
  return change !== null
}

const kinds = { nodes: 'node', notes: 'note', groups: 'group' } as const

function compareLists<T extends { id: string }>(
  before: readonly T[],
  after: readonly T[],
  idOf: (element: T) => string,
  compare: (old: T, young: T) => ElementChange | null,
): (ElementChange | null)[] {
  const old = new Map(before.map((element) => [idOf(element), element]))
  const young = new Map(after.map((element) => [idOf(element), element]))
  const gone = before
    .filter((element) => !young.has(idOf(element)))
    .map((element) => whole(element, 'removed'))
  const rest = after.map((element) => {
    const known = old.get(idOf(element))
    return known ? compare(known, element) : whole(element, 'added')
  })
  return [...gone, ...rest]
}

function whole(element: object & { id: string }, mark: Mark): ElementChange {
  const kind = 'type' in element ? kinds.nodes : 'text' in element ? kinds.notes : kinds.groups
  const { name, title } = element as { name?: string; title?: string }
  return { kind, id: element.id, title: name ?? title ?? 'Note', mark, fields: [] }
}

function changed(
  kind: ElementChange['kind'],
  id: string,
  title: string,
  fields: FieldChange[],
): ElementChange | null {
  return fields.length > 0 ? { kind, id, title, mark: 'changed', fields } : null
}

function compareNode(old: WorkflowNode, young: WorkflowNode): ElementChange | null {
  return changed('node', young.id, young.name, [
    ...fieldsOf(plain(old), plain(young), ['name', 'type', 'version', 'disabled', 'notes']),
    ...leafChanges('params', old.params, young.params),
    ...leafChanges('settings', old.settings ?? {}, young.settings ?? {}),
  ])
}

/** A field that is left out means the same as its usual value. */
function plain(node: WorkflowNode): Record<string, unknown> {
  return { ...node, disabled: node.disabled ?? false, notes: node.notes ?? '' }
}

function fieldsOf(old: object, young: object, names: readonly string[]): FieldChange[] {
  return names.flatMap((name) => {
    const [before, after] = [(old as Record<string, unknown>)[name], (young as Record<string, unknown>)[name]]
    return sameJson(before, after) ? [] : [{ path: name, before, after }]
  })
}

/** Down to the smallest part that differs. */
function leafChanges(path: string, before: unknown, after: unknown): FieldChange[] {
  if (sameJson(before, after)) return []
  if (!isRecord(before) || !isRecord(after)) return [{ path, before, after }]
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])]
  return keys.flatMap((key) => leafChanges(`${path}.${key}`, before[key], after[key]))
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null
}

function edgeChanges(before: WorkflowDocument, after: WorkflowDocument): ElementChange[] {
  const names = new Map([...before.nodes, ...after.nodes].map((node) => [node.id, node.name]))
  const old = new Set(before.edges.map(edgeKey))
  const young = new Set(after.edges.map(edgeKey))
  const found = [
    ...before.edges
      .filter((edge) => !young.has(edgeKey(edge)))
      .map((edge) => ({ edge, mark: 'removed' as const })),
    ...after.edges
      .filter((edge) => !old.has(edgeKey(edge)))
      .map((edge) => ({ edge, mark: 'added' as const })),
  ]
  return found.map(({ edge, mark }) => ({
    kind: 'edge',
    id: edgeKey(edge),
    title: `${names.get(edge.source)} → ${names.get(edge.target)}`,
    mark,
    fields: [],
  }))
}

function workflowChanges(before: WorkflowDocument, after: WorkflowDocument): ElementChange[] {
  const fields = [
    ...fieldsOf(before, after, ['name']),
    ...leafChanges('settings', before.settings, after.settings),
    ...leafChanges('pins', before.pins, after.pins),
  ]
  const change = changed('workflow', 'workflow', 'Workflow', fields)
  return change ? [change] : []
}

function unionOf(before: WorkflowDocument, after: WorkflowDocument): WorkflowDocument {
  const ids = new Set(after.nodes.map((node) => node.id))
  const keys = new Set(after.edges.map(edgeKey))
  return {
    ...after,
    nodes: [...after.nodes, ...before.nodes.filter((node) => !ids.has(node.id))],
    edges: [...after.edges, ...before.edges.filter((edge) => !keys.has(edgeKey(edge)))],
    // All must be seen.
    groups: after.groups.map((group) => ({ ...group, collapsed: false })),
  }
}

function movedNodes(before: WorkflowDocument, after: WorkflowDocument): number {
  const places = new Map(before.nodes.map((node) => [node.id, node.position]))
  return after.nodes.filter((node) => {
    const place = places.get(node.id)
    return place && !sameJson(place, node.position)
  }).length
}
