/** What travels over the system clipboard: a fragment as workflow JSON, readable by any instance, chat or text editor. */
import { curlToParams, urlToParams } from './curl'
import { completeDocument, type Params, type WorkflowDocument, type WorkflowNode } from './document'
import type { Fragment } from './fragment'
import { isN8nWorkflow, readN8nWorkflow } from './n8n'
import { newId } from './naming'

/** Field names whose plain values never leave with a copy. Credentials are ids and are harmless. */
const secretField =
  /^(password|secret|token|api_?key|access_?token|client_?secret|private_?key|authorization)$/i

export function fragmentToText(fragment: Fragment): string {
  const document = { format: 1, name: 'Copied', ...fragment, settings: {} }
  return JSON.stringify({ ...document, nodes: fragment.nodes.map(withoutSecrets) }, null, 2)
}

/** Whole workflow, keys sorted and positions last, so that a git diff reads well. */
export function documentToText(document: WorkflowDocument): string {
  const nodes = document.nodes.map(({ position, ...rest }) => ({ ...(sortKeys(rest) as object), position }))
  return `${JSON.stringify({ ...(sortKeys(document) as object), nodes }, null, 2)}\n`
}

function sortKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(entries.map(([key, entry]) => [key, sortKeys(entry)]))
}

function withoutSecrets(node: WorkflowNode): WorkflowNode {
  return { ...node, params: blankSecrets(node.params) as Params }
}

function blankSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(blankSecrets)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => {
      const isPlainSecret = secretField.test(key) && typeof entry === 'string' && !entry.startsWith('=')
      return [key, isPlainSecret ? '' : blankSecrets(entry)]
    }),
  )
}

export interface Pasted {
  kind: 'workflow' | 'n8n' | 'curl' | 'url'
  fragment: Fragment
  /** What could not be taken over, for a message to the user. */
  notes: string[]
}

/** Null when the text is nothing that makes nodes; it is then left alone. */
export function textToFragment(text: string): Pasted | null {
  const trimmed = text.trim()
  if (trimmed.startsWith('{') || trimmed.startsWith('[')) return jsonToFragment(trimmed)
  const curl = curlToParams(trimmed)
  if (curl) return requestFragment('curl', curl)
  const url = urlToParams(trimmed)
  return url ? requestFragment('url', url) : null
}

function requestFragment(kind: 'curl' | 'url', params: Params): Pasted {
  const node: WorkflowNode = {
    id: newId('http_request'),
    type: 'http.request',
    version: 1,
    name: 'HTTP request',
    position: [0, 0],
    params,
  }
  return { kind, fragment: { nodes: [node], edges: [], notes: [], groups: [], pins: {} }, notes: [] }
}

function jsonToFragment(text: string): Pasted | null {
  const value = parse(text)
  if (isN8nWorkflow(value)) {
    const { fragment, notes } = readN8nWorkflow(value)
    return { kind: 'n8n', fragment, notes }
  }
  if (!isWorkflow(value)) return null
  const { nodes, edges, notes, groups, pins } = completeDocument(value)
  const ids = new Set(nodes.map((node) => node.id))
  const whole = edges.filter((edge) => ids.has(edge.source) && ids.has(edge.target))
  return { kind: 'workflow', fragment: { nodes, edges: whole, notes, groups, pins }, notes: [] }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isWorkflow(value: unknown): value is Partial<WorkflowDocument> {
  if (typeof value !== 'object' || value === null) return false
  const { nodes, edges } = value as Partial<WorkflowDocument>
  if (!Array.isArray(nodes) || !nodes.every(isNode)) return false
  const hasContent = nodes.length > 0 || Array.isArray((value as Partial<WorkflowDocument>).notes)
  return hasContent && (edges === undefined || Array.isArray(edges))
}

function isNode(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  const { id, type, name } = value as Partial<WorkflowNode>
  return typeof id === 'string' && typeof type === 'string' && typeof name === 'string'
}
