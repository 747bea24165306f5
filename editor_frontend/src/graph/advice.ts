/** What would make a workflow sturdier, though it may be published as it is. Same shape as problems. */
import { incomingEdges, outgoingEdges, type WorkflowDocument, type WorkflowNode } from './document'
import { moduleType } from './module-type'
import { errorPort, type NodeLibrary, type NodeTypeInfo, outputPorts } from './node-type'
import type { Problem } from './validate'

export const largeFrom = 40
export const deepFrom = 6

export function advise(document: WorkflowDocument, library: NodeLibrary, id = ''): Problem[] {
  return [
    ...document.nodes.flatMap((node) => {
      const type = library.get(node.type)
      return type && !node.disabled ? adviseNode(document, node, type, id) : []
    }),
    ...adviseShape(document, library),
  ]
}

function advice(path: string, code: string, message: string, hint: string): Problem {
  return { path, code, message, hint, severity: 'advice' }
}

function adviseNode(
  document: WorkflowDocument,
  node: WorkflowNode,
  type: NodeTypeInfo,
  id: string,
): Problem[] {
  const path = `nodes.${node.id}`
  const found: Problem[] = []
  const policy = node.settings?.on_error ?? 'stop'
  if (policy === 'stop' && isWrite(type) && !document.settings.error_workflow)
    found.push(
      advice(
        path,
        'write.unhandled',
        'When this fails, the run stops in the middle and nobody is asked',
        'Let a person repair it, give it an error output, or set an error workflow for all.',
      ),
    )
  if (isRepeatable(type) && !node.settings?.retry)
    found.push(
      advice(path, 'call.no_retry', 'One short outage ends the run', 'Let it try again with growing pauses.'),
    )
  if (policy === 'error_output' && !isUsed(document, node, errorPort))
    found.push(
      advice(
        path,
        'error.unused',
        'What fails here goes nowhere',
        'Connect the output `error`, or ask a person.',
      ),
    )
  if (type.key === 'flow.loop' && isUsed(document, node, 'each') && !takesBack(document, node))
    found.push(
      advice(
        path,
        'loop.not_closed',
        'What each turn makes is not collected',
        'Lead the end of the part that repeats to the input `back`.',
      ),
    )
  if (outputPorts(node, type).includes('fallback') && !isUsed(document, node, 'fallback'))
    found.push(
      advice(path, 'branch.open', 'Items that fit no rule end here unseen', 'Connect the output `fallback`.'),
    )
  if (node.type === moduleType && id !== '' && node.params.workflow === id)
    found.push(
      advice(path, 'module.runs_itself', 'This workflow runs itself', 'Make sure that a condition ends it.'),
    )
  if (type.is_trigger && document.nodes.length > 1 && outgoingEdges(document, node.id).length === 0)
    found.push(advice(path, 'trigger.leads_nowhere', 'It starts nothing', 'Connect it or delete it.'))
  return found
}

function isWrite(type: NodeTypeInfo): boolean {
  return type.effect === 'write' || (type.effect === 'idempotent_write' && !isInside(type))
}

/** Calls of the world outside that may be repeated without harm. */
function isRepeatable(type: NodeTypeInfo): boolean {
  return (type.effect === 'read' || type.effect === 'idempotent_write') && !isInside(type)
}

/** They only touch our own database. */
function isInside(type: NodeTypeInfo): boolean {
  return ['flow', 'memory', 'data', 'files', 'human', 'trigger'].includes(type.group)
}

function isUsed(document: WorkflowDocument, node: WorkflowNode, output: string): boolean {
  return document.edges.some((edge) => edge.source === node.id && edge.output === output)
}

function takesBack(document: WorkflowDocument, node: WorkflowNode): boolean {
  return incomingEdges(document, node.id).some((edge) => edge.input === 'back')
}

function adviseShape(document: WorkflowDocument, library: NodeLibrary): Problem[] {
  const found: Problem[] = []
  if (document.nodes.length >= largeFrom)
    found.push(
      advice(
        'nodes',
        'workflow.large',
        `${document.nodes.length} nodes are hard to keep in mind`,
        'Make a module of a part that does one thing.',
      ),
    )
  const depth = branchDepth(document, library)
  if (depth >= deepFrom)
    found.push(
      advice(
        'nodes',
        'workflow.deep',
        `${depth} decisions follow one another on one way`,
        'Make a module of the later ones.',
      ),
    )
  return found
}

/** The most nodes with several connected outputs on one way; a circle counts once. */
export function branchDepth(document: WorkflowDocument, library: NodeLibrary): number {
  const next = new Map<string, Set<string>>()
  const ports = new Map<string, Set<string>>()
  for (const edge of document.edges) {
    next.set(edge.source, (next.get(edge.source) ?? new Set()).add(edge.target))
    ports.set(edge.source, (ports.get(edge.source) ?? new Set()).add(edge.output))
  }
  const forks = new Set(
    document.nodes
      .filter((node) => (ports.get(node.id)?.size ?? 0) > 1 && library.get(node.type)?.key !== 'flow.loop')
      .map((node) => node.id),
  )
  const known = new Map<string, number>()
  const depthOf = (id: string, path: ReadonlySet<string>): number => {
    const before = known.get(id)
    if (before !== undefined) return before
    if (path.has(id)) return 0
    const inner = new Set(path).add(id)
    let deepest = 0
    for (const target of next.get(id) ?? []) deepest = Math.max(deepest, depthOf(target, inner))
    const depth = deepest + (forks.has(id) ? 1 : 0)
    known.set(id, depth)
    return depth
  }
  return Math.max(0, ...document.nodes.map((node) => depthOf(node.id, new Set())))
}
