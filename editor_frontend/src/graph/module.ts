/** Turning a part of a workflow into a workflow of its own, and back. */
import { addNode, batch, type Command, removeNodes } from './commands'
import {
  emptyDocument,
  findNode,
  gridSize,
  nodeWidth,
  type Params,
  type Point,
  type WorkflowDocument,
  type WorkflowEdge,
  type WorkflowNode,
} from './document'
import { connect } from './edge-commands'
import { extractFragment } from './fragment'
import { inputsFor, type ModuleInput, replaceOuter } from './module-inputs'
import { moduleTrigger, moduleTriggerName, moduleType } from './module-type'
import { newId, uniqueName } from './naming'
import { type NodeLibrary, outputPorts } from './node-type'
import { referencedNames, renameReferences } from './references'

export interface ModulePlan {
  /** The new workflow. */
  document: WorkflowDocument
  inputs: ModuleInput[]
  /** Puts a node that runs the new workflow, by its id, in the place of the selection. */
  replace: (workflowId: string) => Command
}

/** What the selection would be as a module, or why it cannot be one, as a sentence. */
export function planModule(
  document: WorkflowDocument,
  library: NodeLibrary,
  chosen: ReadonlySet<string>,
  name: string,
): ModulePlan | string {
  const nodes = document.nodes.filter((node) => chosen.has(node.id))
  const ids = new Set(nodes.map((node) => node.id))
  const entering = document.edges.filter((edge) => !ids.has(edge.source) && ids.has(edge.target))
  const leaving = document.edges.filter((edge) => ids.has(edge.source) && !ids.has(edge.target))
  const problem = shapeProblem(nodes, library, entering, leaving) ?? usedOutside(document, ids, leaving)
  if (problem) return problem
  const inputs = inputsFor(document, nodes, entering)
  if (typeof inputs === 'string') return inputs
  const child = childDocument({ document, ids, entering, inputs, name })
  return {
    document: child,
    inputs,
    replace: (workflowId: string) =>
      replaceBy({ document, nodes, entering, leaving, inputs, name, workflowId }),
  }
}

function shapeProblem(
  nodes: readonly WorkflowNode[],
  library: NodeLibrary,
  entering: readonly WorkflowEdge[],
  leaving: readonly WorkflowEdge[],
): string | null {
  if (nodes.length === 0) return 'Select the nodes of the module first'
  if (nodes.some((node) => library.get(node.type)?.is_trigger)) return 'A trigger cannot go into a module'
  const sources = new Set(entering.map((edge) => `${edge.source} ${edge.output}`))
  const targets = new Set(entering.map((edge) => `${edge.target} ${edge.input}`))
  if (sources.size > 1 && targets.size > 1)
    return 'A module has one way in: different items enter the selection at different nodes'
  const exits = new Set(leaving.map((edge) => `${edge.source} ${edge.output}`))
  return exits.size > 1 ? 'A module has one way out: items leave the selection from several outputs' : null
}

/** Expressions outside may only name the node whose items come out. */
function usedOutside(
  document: WorkflowDocument,
  ids: ReadonlySet<string>,
  leaving: readonly WorkflowEdge[],
): string | null {
  const exit = leaving[0]?.source
  const inner = new Map(
    document.nodes.filter((node) => ids.has(node.id) && node.id !== exit).map((node) => [node.name, node]),
  )
  for (const node of document.nodes) {
    if (ids.has(node.id)) continue
    const used = [...referencedNames(node.params)].find((name) => inner.has(name))
    if (used) return `“${node.name}” uses data of “${used}”, which would be inside of the module`
  }
  return null
}

interface ChildParts {
  document: WorkflowDocument
  ids: ReadonlySet<string>
  entering: readonly WorkflowEdge[]
  inputs: readonly ModuleInput[]
  name: string
}

function childDocument({ document, ids, entering, inputs, name }: ChildParts): WorkflowDocument {
  const { nodes, edges, pins } = extractFragment(document, ids)
  const left = Math.min(...nodes.map((node) => node.position[0]))
  const top = Math.min(...nodes.map((node) => node.position[1]))
  const start: WorkflowNode = {
    id: newId('called'),
    type: moduleTrigger,
    version: 1,
    name: moduleTriggerName,
    position: [0, 0],
    params: { inputs: inputs.map(({ name: field, type }) => ({ name: field, type })) },
  }
  const entries = entering.length > 0 ? entering : looseEntries(nodes, edges)
  const first = [...new Map(entries.map((edge) => [`${edge.target} ${edge.input}`, edge])).values()]
  return {
    ...emptyDocument(name),
    settings: document.settings,
    pins,
    nodes: [
      start,
      ...nodes.map((node) => ({
        ...node,
        params: replaceOuter(node.params, inputs, moduleTriggerName),
        position: [node.position[0] - left + nodeWidth + 5 * gridSize, node.position[1] - top] as Point,
      })),
    ],
    edges: [
      ...first.map(({ target, input }) => ({ source: start.id, output: 'main', target, input })),
      ...edges,
    ],
  }
}

/** Without an edge from outside, the module begins at the nodes that nothing feeds. */
function looseEntries(nodes: readonly WorkflowNode[], edges: readonly WorkflowEdge[]): WorkflowEdge[] {
  const fed = new Set(edges.map((edge) => edge.target))
  return nodes
    .filter((node) => !fed.has(node.id))
    .map((node) => ({ source: '', output: 'main', target: node.id, input: 'main' }))
}

interface ReplaceParts {
  document: WorkflowDocument
  nodes: readonly WorkflowNode[]
  entering: readonly WorkflowEdge[]
  leaving: readonly WorkflowEdge[]
  inputs: readonly ModuleInput[]
  name: string
  workflowId: string
}

function replaceBy(parts: ReplaceParts): Command {
  const { document, nodes, entering, leaving, inputs, workflowId } = parts
  const at: Point = [
    Math.min(...nodes.map((node) => node.position[0])),
    Math.min(...nodes.map((node) => node.position[1])),
  ]
  const given = inputs.filter((input) => input.source !== null)
  const gather = given.length > 0 ? gatherNode(document, given, at) : null
  const taken = new Set(gather ? [gather.name] : [])
  const call = node(uniqueName(document, parts.name, taken), moduleType, shifted(at, gather !== null), {
    workflow: workflowId,
    mode: 'once',
    wait: true,
  })
  const first = gather ?? call
  const into = [...new Map(entering.map((edge) => [`${edge.source} ${edge.output}`, edge])).values()]
  const exit = leaving[0] && findNode(document, leaving[0].source)
  return batch('Convert to a module', [
    ...(gather ? [addNode(gather)] : []),
    addNode(call),
    ...into.map(({ source, output }) => connect({ source, output, target: first.id, input: 'main' })),
    ...(gather ? [connect({ source: gather.id, output: 'main', target: call.id, input: 'main' })] : []),
    ...leaving.map(({ target, input }) => connect({ source: call.id, output: 'main', target, input })),
    removeNodes(nodes.map(({ id }) => id)),
    ...(exit ? [renameEverywhere(exit.name, call.name)] : []),
  ])
}

function shifted([x, y]: Point, isBehind: boolean): Point {
  return isBehind ? [x + nodeWidth + 5 * gridSize, y] : [x, y]
}

/** Collects what the module's expressions took from nodes further up. */
function gatherNode(document: WorkflowDocument, given: readonly ModuleInput[], at: Point): WorkflowNode {
  return node(uniqueName(document, 'Inputs'), 'data.set', at, {
    fields: given.map(({ name, source }) => ({ name, value: `={{ ${source} }}` })),
    keep: 'all',
  })
}

function node(name: string, type: string, position: Point, params: Params): WorkflowNode {
  return { id: newId(name), type, version: 1, name, position, params }
}

/** Expressions that named `from` name `to`. */
function renameEverywhere(from: string, to: string): Command {
  return (document) => {
    const patches = document.nodes.flatMap((before, index) => {
      const after = { ...before, params: renameReferences(before.params, from, to) }
      return after.params === before.params
        ? []
        : [{ list: 'nodes' as const, id: before.id, index, before, after }]
    })
    return patches.length === 0 ? null : { label: 'Rename', patches }
  }
}

/** Puts the steps of a module in the place of the node that runs it. Null when there is nothing to put. */
export function unlinkModule(
  document: WorkflowDocument,
  library: NodeLibrary,
  id: string,
  child: WorkflowDocument,
): Command | null {
  const call = findNode(document, id)
  const start = child.nodes.find((one) => one.type === moduleTrigger)
  const inner = child.nodes.filter((one) => one.type !== moduleTrigger && !library.get(one.type)?.is_trigger)
  if (!call || inner.length === 0) return null
  const copy = copyInside(document, child, inner, call.position)
  const entries = child.edges.filter((edge) => edge.source === start?.id)
  const fed = new Set(child.edges.map((edge) => edge.source))
  const ends = inner.filter((one) => !fed.has(one.id))
  const before = document.edges.filter((edge) => edge.target === id)
  const feeder = before[0] && findNode(document, before[0].source)
  return batch('Unlink the module', [
    ...copy.nodes.map(addNode),
    ...copy.edges.map(connect),
    ...before.flatMap((edge) =>
      entries.map((entry) =>
        connect({ ...edge, target: copy.ids.get(entry.target) ?? '', input: entry.input }),
      ),
    ),
    ...document.edges
      .filter((edge) => edge.source === id)
      .flatMap((edge) =>
        ends.map((end) =>
          connect({
            ...edge,
            source: copy.ids.get(end.id) ?? '',
            output: outputPorts(end, library.get(end.type))[0] ?? 'main',
          }),
        ),
      ),
    removeNodes([id]),
    ...(start && feeder ? [renameEverywhere(start.name, feeder.name)] : []),
    ...(ends[0] ? [renameEverywhere(call.name, copy.names.get(ends[0].id) ?? '')] : []),
  ])
}

function copyInside(
  document: WorkflowDocument,
  child: WorkflowDocument,
  inner: readonly WorkflowNode[],
  [x, y]: Point,
) {
  const left = Math.min(...inner.map((one) => one.position[0]))
  const top = Math.min(...inner.map((one) => one.position[1]))
  const ids = new Map<string, string>()
  const names = new Map<string, string>()
  for (const one of inner) {
    const name = uniqueName(document, one.name, new Set(names.values()))
    names.set(one.id, name)
    ids.set(one.id, newId(name))
  }
  const renamed = (params: Params) =>
    inner.reduce((value, one) => renameReferences(value, one.name, names.get(one.id) ?? one.name), params)
  return {
    ids,
    names,
    nodes: inner.map((one) => ({
      ...one,
      id: ids.get(one.id) ?? one.id,
      name: names.get(one.id) ?? one.name,
      params: renamed(one.params),
      position: [one.position[0] - left + x, one.position[1] - top + y] as Point,
    })),
    edges: child.edges
      .filter((edge) => ids.has(edge.source) && ids.has(edge.target))
      .map((edge) => ({ ...edge, source: ids.get(edge.source) ?? '', target: ids.get(edge.target) ?? '' })),
  }
}
