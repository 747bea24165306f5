/** The library's node types as the server describes them, and the ports of one node. */
import type { Params, WorkflowNode } from './document'

/** Ports named by a list param; with `instead`, by another one where a field has a certain value. */
interface ListedPorts {
  from: string
  name: string
  extra: string[]
  instead?: { property: string; value: string; from: string }
}

export type Ports = string[] | ListedPorts | { count: string; prefix: string; default: number; most: number }

export type JsonSchema = Record<string, unknown>

export interface NodeExample {
  name: string
  params: Params
  [field: string]: unknown
}

export interface NodeTypeInfo {
  key: string
  version: number
  title: string
  group: string
  summary: string
  description: string
  effect: 'pure' | 'read' | 'idempotent_write' | 'write'
  per: 'item' | 'batch'
  is_trigger: boolean
  source: string | null
  inputs: Ports
  outputs: Ports
  /** Outputs on which a person returns work: they may close a circle without a loop. */
  sends_back?: string[]
  params_schema: JsonSchema
  summary_template: string
  aliases: string[]
  credentials: string[]
  examples: NodeExample[]
}

export interface NodeGroupInfo {
  key: string
  title: string
  icon: string
  quality: string
}

export type NodeLibrary = ReadonlyMap<string, NodeTypeInfo>

export const errorPort = 'error'
/** Ports shown for a type the library does not know, so that its edges stay visible. */
const unknownPorts = ['main']

export function nodeLibrary(types: readonly NodeTypeInfo[]): NodeLibrary {
  return new Map(types.map((type) => [type.key, type]))
}

export function resolvePorts(ports: Ports, params: Params): string[] {
  if (Array.isArray(ports)) return ports
  return 'from' in ports ? listedPorts(ports, params) : countedPorts(ports, params)
}

function listedPorts(ports: ListedPorts, params: Params): string[] {
  const { instead } = ports
  const from = instead && params[instead.property] === instead.value ? instead.from : ports.from
  const listed = params[from]
  const names = (Array.isArray(listed) ? listed : []).map((entry: unknown) =>
    typeof entry === 'object' && entry !== null ? (entry as Params)[ports.name] : entry,
  )
  const named = names.filter((name): name is string => typeof name === 'string' && name !== '')
  return [...new Set([...named, ...ports.extra])]
}

function countedPorts(
  ports: { count: string; prefix: string; default: number; most: number },
  params: Params,
): string[] {
  const wanted = params[ports.count]
  const count = typeof wanted === 'number' && Number.isInteger(wanted) ? wanted : ports.default
  return Array.from({ length: Math.min(Math.max(count, 2), ports.most) }, (_, n) => `${ports.prefix}${n + 1}`)
}

export function inputPorts(node: WorkflowNode, type: NodeTypeInfo | undefined): string[] {
  return type ? resolvePorts(type.inputs, node.params) : unknownPorts
}

export function outputPorts(node: WorkflowNode, type: NodeTypeInfo | undefined): string[] {
  const ports = type ? resolvePorts(type.outputs, node.params) : unknownPorts
  const hasErrorPort = node.settings?.on_error === 'error_output' && !ports.includes(errorPort)
  return hasErrorPort ? [...ports, errorPort] : ports
}

/** See `variants` of a schema: the fields of each shape that params may have. */
interface Variants {
  property: string
  fields: Record<string, string[]>
}

/** Start values from the schema's defaults, as a new node gets them. Only what must be there or is useful. */
export function defaultParams(type: NodeTypeInfo): Params {
  const properties = (type.params_schema.properties ?? {}) as Record<string, JsonSchema>
  const variants = type.params_schema.variants as Variants | undefined
  const first = variants?.fields[String(properties[variants.property]?.default)]
  const entries = Object.entries(properties)
    .filter(([name]) => first?.includes(name) ?? true)
    .filter(([, schema]) => schema.default !== undefined && schema.default !== null)
    .map(([name, schema]) => [name, structuredClone(schema.default)] as const)
  return Object.fromEntries(entries)
}
