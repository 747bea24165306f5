/** What is wrong with a document, found while drawing. Same shape and, where both look, same codes as the server. */
import { findNodeByName, type WorkflowDocument, type WorkflowNode } from './document'
import { downstreamOf } from './edge-commands'
import { inputPorts, type NodeLibrary, outputPorts } from './node-type'
import { referencedNames } from './references'
import { checkParams } from './schema'
import { plainSecrets } from './secrets'

export interface Problem {
  /** Starts with `nodes.<id>`, `edges.<index>` or `settings`. */
  path: string
  code: string
  message: string
  hint: string
  /** Errors stand in the way of publishing; advice is about what may go wrong one day. */
  severity: 'error' | 'warning' | 'advice'
}

export function validate(document: WorkflowDocument, library: NodeLibrary): Problem[] {
  return [
    ...checkNames(document),
    ...document.nodes.flatMap((node) => checkNode(document, node, library)),
    ...checkEdges(document, library),
    ...checkCycles(document, library),
    ...checkReached(document, library),
    ...checkTriggers(document, library),
  ]
}

function problem(
  path: string,
  code: string,
  message: string,
  hint: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { path, code, message, hint, severity }
}

function checkNames(document: WorkflowDocument): Problem[] {
  const seen = new Set<string>()
  return document.nodes.flatMap((node) => {
    const isRepeated = seen.has(node.name)
    seen.add(node.name)
    if (!isRepeated) return []
    return [
      problem(
        `nodes.${node.id}.name`,
        'node.duplicate_name',
        `Another node is called “${node.name}” too`,
        'Rename one of them.',
      ),
    ]
  })
}

function checkNode(document: WorkflowDocument, node: WorkflowNode, library: NodeLibrary): Problem[] {
  const type = library.get(node.type)
  if (!type) {
    return [
      problem(
        `nodes.${node.id}.type`,
        'node.unknown_type',
        `The node type ${node.type} is not installed`,
        'Replace the node or install its group.',
      ),
    ]
  }
  if (node.disabled) return []
  const params = checkParams(node.params, type.params_schema).map((found) =>
    problem(
      `nodes.${node.id}.params.${found.path}`,
      found.code,
      found.message,
      'Open the node and fill it in.',
    ),
  )
  return [...params, ...checkReferences(document, node), ...checkSecrets(node)]
}

function checkSecrets(node: WorkflowNode): Problem[] {
  return plainSecrets(node.params).map((path) =>
    problem(
      `nodes.${node.id}.params.${path}`,
      'secret.plain',
      'A secret is written here in plain text',
      'Make a credential of it: then nobody can read it, here or in an export.',
      'warning',
    ),
  )
}

function checkReferences(document: WorkflowDocument, node: WorkflowNode): Problem[] {
  return [...referencedNames(node.params)]
    .filter((name) => !findNodeByName(document, name))
    .map((name) =>
      problem(
        `nodes.${node.id}.params`,
        'expression.node_unknown',
        `No node is called “${name}”`,
        'Correct the name in the expression.',
      ),
    )
}

/** With a trigger there, everything should be reached from one. */
function checkReached(document: WorkflowDocument, library: NodeLibrary): Problem[] {
  const isTrigger = (node: WorkflowNode) => library.get(node.type)?.is_trigger === true
  const triggers = document.nodes.filter((node) => isTrigger(node) && !node.disabled)
  if (triggers.length === 0) return []
  const reached = new Set(triggers.flatMap((trigger) => [...downstreamOf(document, trigger.id)]))
  return document.nodes
    .filter((node) => !reached.has(node.id) && !node.disabled && !isTrigger(node) && library.has(node.type))
    .map((node) => {
      const isAlone = !document.edges.some((edge) => edge.source === node.id || edge.target === node.id)
      return problem(
        `nodes.${node.id}`,
        isAlone ? 'node.unconnected' : 'node.unreachable',
        isAlone ? 'It is connected to nothing' : 'No trigger leads here',
        'Connect it or delete it.',
        'warning',
      )
    })
}

function checkEdges(document: WorkflowDocument, library: NodeLibrary): Problem[] {
  const nodes = new Map(document.nodes.map((node) => [node.id, node]))
  return document.edges.flatMap((edge, index) => {
    const source = nodes.get(edge.source)
    const target = nodes.get(edge.target)
    const path = `edges.${index}`
    if (!source || !target)
      return [problem(path, 'edge.node_missing', 'An edge leads to a node that is gone', 'Delete the edge.')]
    const lost = [
      outputPorts(source, library.get(source.type)).includes(edge.output)
        ? ''
        : `${source.name} has no output “${edge.output}”`,
      inputPorts(target, library.get(target.type)).includes(edge.input)
        ? ''
        : `${target.name} has no input “${edge.input}”`,
    ].filter((message) => message !== '')
    return lost.map((message) => problem(path, 'edge.port_missing', message, 'Reconnect or delete the edge.'))
  })
}

/** Every loop in the drawing must go through a loop node, which keeps it bounded, or a person. */
function checkCycles(document: WorkflowDocument, library: NodeLibrary): Problem[] {
  const isLoop = (id: string | undefined) =>
    document.nodes.some(
      (node) => node.id === id && (node.type === 'flow.loop' || library.get(node.type)?.key === 'flow.loop'),
    )
  const types = new Map(document.nodes.map((node) => [node.id, library.get(node.type)]))
  const next = new Map<string, string[]>()
  for (const edge of document.edges) {
    if (isLoop(edge.target) || isLoop(edge.source)) continue
    if (types.get(edge.source)?.sends_back?.includes(edge.output)) continue
    next.set(edge.source, [...(next.get(edge.source) ?? []), edge.target])
  }
  const stuck = nodesInCycles(
    document.nodes.map((node) => node.id),
    next,
  )
  return stuck.map((id) =>
    problem(
      `nodes.${id}`,
      'workflow.cycle',
      'This node leads back to itself',
      'Put a Loop node into the circle.',
    ),
  )
}

/** Takes away nodes that lead nowhere, then nodes nothing leads to; what stays lies on or between cycles. */
function nodesInCycles(ids: string[], next: ReadonlyMap<string, string[]>): string[] {
  let left = new Set(ids)
  for (let size = -1; size !== left.size; ) {
    size = left.size
    const targets = new Set([...left].flatMap((id) => next.get(id) ?? []))
    left = new Set(
      [...left].filter((id) => targets.has(id) && (next.get(id) ?? []).some((target) => left.has(target))),
    )
  }
  return [...left]
}

function checkTriggers(document: WorkflowDocument, library: NodeLibrary): Problem[] {
  if (document.nodes.length === 0 || library.size === 0) return []
  if (document.nodes.some((node) => library.get(node.type)?.is_trigger)) return []
  return [
    problem(
      'nodes',
      'workflow.no_trigger',
      'Nothing starts this workflow',
      'Add a trigger: a webhook, a schedule, or a manual start.',
      'warning',
    ),
  ]
}

export function problemNode(found: Pick<Problem, 'path'>): string | undefined {
  const [area, id] = found.path.split('.')
  return area === 'nodes' ? id : undefined
}
