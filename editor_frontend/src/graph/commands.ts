/** Named changes of nodes. Each looks at a document and answers a Change, or null when there is nothing to do. */
import {
  edgeKey,
  findNode,
  type Params,
  type Point,
  snapPoint,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from './document'
import { sameJson } from './equal'
import { inputPorts, type NodeTypeInfo, outputPorts } from './node-type'
import { applyPatches, type Change, compactPatches, type Patch } from './patch'
import { renameReferences } from './references'

export type Command = (document: WorkflowDocument) => Change | null

export function replaceNode(document: WorkflowDocument, node: WorkflowNode): Patch | null {
  const index = document.nodes.findIndex((known) => known.id === node.id)
  const before = document.nodes[index]
  if (!before || sameJson(before, node)) return null
  return { list: 'nodes', id: node.id, index, before, after: node }
}

function editNode(
  document: WorkflowDocument,
  id: string,
  edit: (node: WorkflowNode) => WorkflowNode,
): Patch[] {
  const node = findNode(document, id)
  const patch = node && replaceNode(document, edit(node))
  return patch ? [patch] : []
}

export function changeOf(label: string, patches: (Patch | null)[], group?: string): Change | null {
  const real = patches.filter((patch) => patch !== null)
  if (real.length === 0) return null
  return group === undefined ? { label, patches: real } : { label, patches: real, group }
}

export function addNode(node: WorkflowNode): Command {
  return (document) => {
    if (findNode(document, node.id)) return null
    const index = document.nodes.length
    return {
      label: `Add ${node.name}`,
      patches: [{ list: 'nodes', id: node.id, index, before: undefined, after: node }],
    }
  }
}

/** Removes nodes with their edges, pins and places in groups. */
export function removeNodes(ids: Iterable<string>): Command {
  const gone = new Set(ids)
  return (document) => {
    const nodes = document.nodes.filter((node) => gone.has(node.id))
    const label = nodes.length === 1 ? `Delete ${nodes[0]?.name ?? 'node'}` : `Delete ${nodes.length} nodes`
    return changeOf(label, [
      ...removeWhere(document, 'edges', (edge) => gone.has(edge.source) || gone.has(edge.target)),
      ...leaveGroups(document, gone),
      ...nodes.map((node) => pinPatch(document, node.id, undefined)),
      ...removeWhere(document, 'nodes', (node) => gone.has(node.id)),
    ])
  }
}

type Elements = { nodes: WorkflowNode; edges: WorkflowEdge }

/** From the last to the first, so that the inverse puts each back at its own place. */
export function removeWhere<Name extends keyof Elements>(
  document: WorkflowDocument,
  list: Name,
  isGone: (element: Elements[Name]) => boolean,
): Patch[] {
  const elements = document[list] as Elements[Name][]
  return elements
    .map((element, index) => ({ element, index }))
    .filter(({ element }) => isGone(element))
    .reverse()
    .map(({ element, index }) => {
      const id = list === 'edges' ? edgeKey(element as WorkflowEdge) : (element as WorkflowNode).id
      return { list, id, index, before: element, after: undefined } as Patch
    })
}

/** Takes nodes out of their groups; a group goes with its last member. */
export function leaveGroups(document: WorkflowDocument, gone: ReadonlySet<string>): Patch[] {
  return document.groups
    .flatMap((group, index): Patch[] => {
      const nodes = group.nodes.filter((id) => !gone.has(id))
      if (nodes.length === group.nodes.length) return []
      const after = nodes.length > 0 ? { ...group, nodes } : undefined
      return [{ list: 'groups', id: group.id, index, before: group, after }]
    })
    .reverse()
}

/** New positions by node id; snapped to the grid, unless they are exact. */
export function moveNodes(
  positions: ReadonlyMap<string, Point>,
  options: { group?: string; label?: string; isExact?: boolean } = {},
): Command {
  return (document) => {
    const patches = document.nodes.map((node, index): Patch | null => {
      const position = positions.get(node.id)
      if (!position) return null
      const after = { ...node, position: options.isExact ? position : snapPoint(position) }
      return sameJson(node, after) ? null : { list: 'nodes', id: node.id, index, before: node, after }
    })
    return changeOf(options.label ?? 'Move', patches, options.group)
  }
}

export function nudge(ids: ReadonlySet<string>, [dx, dy]: Point): Command {
  return (document) => {
    const moved = document.nodes.filter((node) => ids.has(node.id))
    const positions = moved.map((node): [string, Point] => [
      node.id,
      [node.position[0] + dx, node.position[1] + dy],
    ])
    return moveNodes(new Map(positions), { group: `nudge ${[...ids].join()}` })(document)
  }
}

/** Renames a node and rewrites every expression that names it. Refuses a name in use. */
export function renameNode(id: string, wanted: string): Command {
  return (document) => {
    const node = findNode(document, id)
    const name = wanted.trim()
    if (!node || name === '' || name === node.name) return null
    if (document.nodes.some((other) => other.name === name)) return null
    const patches = document.nodes.map((other) => {
      const params = renameReferences(other.params, node.name, name)
      return replaceNode(document, other.id === id ? { ...other, name, params } : { ...other, params })
    })
    return changeOf(`Rename to ${name}`, patches)
  }
}

/** Replaces the params. Edges follow a port whose name was changed, when the type is given. */
export function setParams(id: string, params: Params, type?: NodeTypeInfo): Command {
  return (document) => {
    const node = findNode(document, id)
    if (!node) return null
    const after = { ...node, params }
    const patches = [replaceNode(document, after), ...(type ? followPorts(document, node, after, type) : [])]
    return changeOf(`Edit ${node.name}`, patches, `params ${id}`)
  }
}

/** Replaces the settings (retry, on_error, timeout_seconds); empty settings are left out of the document. */
export function setSettings(id: string, settings: Params, type?: NodeTypeInfo): Command {
  return (document) => {
    const node = findNode(document, id)
    if (!node) return null
    const after = { ...node, settings }
    if (Object.keys(settings).length === 0) delete (after as Partial<WorkflowNode>).settings
    const patches = [replaceNode(document, after), ...(type ? followPorts(document, node, after, type) : [])]
    return changeOf(`Change settings of ${node.name}`, patches, `settings ${id}`)
  }
}

function followPorts(
  document: WorkflowDocument,
  before: WorkflowNode,
  after: WorkflowNode,
  type: NodeTypeInfo,
): Patch[] {
  const outputs = renamedPort(outputPorts(before, type), outputPorts(after, type))
  const inputs = renamedPort(inputPorts(before, type), inputPorts(after, type))
  return document.edges.flatMap((edge, index): Patch[] => {
    let moved = edge
    if (outputs && edge.source === before.id && edge.output === outputs.from)
      moved = { ...moved, output: outputs.to }
    if (inputs && edge.target === before.id && edge.input === inputs.from)
      moved = { ...moved, input: inputs.to }
    return moved === edge ? [] : [{ list: 'edges', id: edgeKey(edge), index, before: edge, after: moved }]
  })
}

/** Exactly one port has another name at the same place: it was renamed. */
function renamedPort(before: string[], after: string[]): { from: string; to: string } | null {
  if (before.length !== after.length) return null
  const changed = before.flatMap((port, index) => (port === after[index] ? [] : [index]))
  const [at] = changed
  if (changed.length !== 1 || at === undefined) return null
  return { from: before[at] as string, to: after[at] as string }
}

/** Merges fields into a node; a field that is undefined is removed. */
export function editNodeFields(
  id: string,
  fields: { notes?: string; type?: string; version?: number },
): Command {
  return (document) =>
    changeOf(
      'Edit node',
      editNode(document, id, (node) => ({ ...node, ...fields })),
      `fields ${id}`,
    )
}

/** Disables all of them when one is enabled, else enables all. */
export function toggleDisabled(ids: ReadonlySet<string>): Command {
  return (document) => {
    const nodes = document.nodes.filter((node) => ids.has(node.id))
    const disabled = nodes.some((node) => !node.disabled)
    const patches = nodes.map((node) => replaceNode(document, { ...node, disabled }))
    return changeOf(disabled ? 'Disable' : 'Enable', patches)
  }
}

/** Pins the items that a node is to give in manual runs, or takes the pin away with undefined. */
export function setPin(id: string, data: unknown): Command {
  return (document) =>
    changeOf(data === undefined ? 'Unpin data' : 'Pin data', [pinPatch(document, id, data)])
}

function pinPatch(document: WorkflowDocument, id: string, data: unknown): Patch | null {
  const before = document.pins[id]
  return sameJson(before, data) ? null : { record: 'pins', key: id, before, after: data }
}

export function renameWorkflow(name: string): Command {
  return (document) =>
    changeValue(document, 'document', 'name', name.trim() || document.name, 'Rename workflow')
}

export function setWorkflowSetting(key: string, value: unknown): Command {
  return (document) => changeValue(document, 'settings', key, value, 'Change workflow settings')
}

function changeValue(
  document: WorkflowDocument,
  record: 'document' | 'settings',
  key: string,
  after: unknown,
  label: string,
): Change | null {
  const before = record === 'document' ? document[key] : document.settings[key]
  return sameJson(before, after)
    ? null
    : { label, patches: [{ record, key, before, after }], group: `${record} ${key}` }
}

/** Several commands as one: each sees the result of those before it; undone together. */
export function batch(label: string, commands: readonly Command[]): Command {
  return (document) => {
    const patches: Patch[] = []
    let current = document
    for (const command of commands) {
      const change = command(current)
      if (!change) continue
      current = applyPatches(current, change.patches)
      patches.push(...change.patches)
    }
    return changeOf(label, compactPatches(patches))
  }
}
