/** Reading n8n's workflow JSON: the common nodes become ours, others a disabled place holder that keeps its settings. */
import {
  type CanvasNote,
  type Params,
  type Point,
  snapPoint,
  type WorkflowEdge,
  type WorkflowNode,
} from './document'
import type { Fragment } from './fragment'
import { convertN8nNode } from './n8n-nodes'
import { newId } from './naming'

export interface N8nNode {
  name: string
  type: string
  typeVersion?: number
  position?: [number, number]
  parameters?: Params
  disabled?: boolean
  notes?: string
  onError?: string
  retryOnFail?: boolean
  maxTries?: number
  waitBetweenTries?: number
  continueOnFail?: boolean
}

interface N8nLink {
  node: string
  type?: string
  index?: number
}

interface N8nWorkflow {
  nodes: N8nNode[]
  connections?: Record<string, { main?: (N8nLink[] | null)[] }>
}

export function isN8nWorkflow(value: unknown): value is N8nWorkflow {
  if (typeof value !== 'object' || value === null) return false
  const { nodes, connections } = value as Partial<N8nWorkflow>
  if (!Array.isArray(nodes) || nodes.length === 0) return false
  const hasTypes = nodes.every((node) => typeof node?.type === 'string' && typeof node?.name === 'string')
  return hasTypes && (connections !== undefined || nodes.some((node) => node.type.startsWith('n8n-nodes-')))
}

const stickyType = 'n8n-nodes-base.stickyNote'

export function readN8nWorkflow(workflow: N8nWorkflow): { fragment: Fragment; notes: string[] } {
  const real = workflow.nodes.filter((node) => node.type !== stickyType)
  const ids = new Map(real.map((node) => [node.name, newId(node.name)]))
  const messages: string[] = []
  const nodes = real.map((node) => toNode(node, ids.get(node.name) as string, messages))
  const types = new Map(nodes.map((node) => [node.id, node.type]))
  const fragment: Fragment = {
    nodes,
    edges: Object.entries(workflow.connections ?? {}).flatMap(([name, links]) =>
      toEdges(ids, types, real, name, links.main ?? []),
    ),
    notes: workflow.nodes.filter((node) => node.type === stickyType).map(toNote),
    groups: [],
    pins: {},
  }
  return { fragment, notes: messages }
}

function toNode(node: N8nNode, id: string, messages: string[]): WorkflowNode {
  const converted = convertN8nNode(node)
  if (converted.problem) messages.push(`${node.name}: ${converted.problem}`)
  const settings = toSettings(node)
  return {
    id,
    type: converted.type,
    version: converted.version ?? 1,
    name: node.name,
    position: snapPoint(spread(node.position ?? [0, 0])),
    params: converted.params,
    ...(Object.keys(settings).length > 0 && { settings }),
    ...((node.disabled || converted.problem) && { disabled: true }),
    ...((node.notes || converted.problem) && {
      notes: [node.notes, converted.problem].filter(Boolean).join('\n'),
    }),
  }
}

/** n8n's boxes are square: ours are wider. */
function spread([x, y]: [number, number]): Point {
  return [x * 1.35, y]
}

function toSettings(node: N8nNode): Params {
  const settings: Params = {}
  if (node.retryOnFail) {
    settings.retry = {
      attempts: node.maxTries ?? 3,
      backoff: 'exponential',
      initial_seconds: (node.waitBetweenTries ?? 1000) / 1000,
    }
  }
  if (node.onError === 'continueErrorOutput') settings.on_error = 'error_output'
  else if (node.onError === 'continueRegularOutput' || node.continueOnFail) settings.on_error = 'continue'
  return settings
}

/** The names of our ports in the order of n8n's indexes. */
const outputNames: Record<string, string[]> = {
  'flow.if': ['true', 'false'],
  'flow.filter': ['kept', 'dropped'],
  'data.compare': ['in_a_only', 'same', 'different', 'in_b_only'],
  'data.remove_duplicates': ['main', 'duplicates'],
  'flow.loop': ['done', 'each'],
}

function outputName(type: string, params: Params, index: number): string {
  if (type === 'flow.switch') return switchPort(params, index)
  return outputNames[type]?.[index] ?? (index === 0 ? 'main' : 'error')
}

function switchPort(params: Params, index: number): string {
  const outputs = (params.outputs ?? []) as string[]
  const rules = (params.rules ?? []) as { output?: string }[]
  return rules[index]?.output ?? outputs[index] ?? 'fallback'
}

function inputName(type: string, index: number): string {
  if (type === 'flow.merge') return `input${index + 1}`
  if (type === 'data.compare') return index === 0 ? 'a' : 'b'
  return type === 'flow.loop' ? 'in' : 'main'
}

function toEdges(
  ids: ReadonlyMap<string, string>,
  types: ReadonlyMap<string, string>,
  nodes: N8nNode[],
  name: string,
  outputs: (N8nLink[] | null)[],
): WorkflowEdge[] {
  const source = ids.get(name)
  const from = nodes.find((node) => node.name === name)
  if (!source || !from) return []
  const { type, params } = convertN8nNode(from)
  return outputs.flatMap((links, index) =>
    (links ?? []).flatMap((link): WorkflowEdge[] => {
      const target = ids.get(link.node)
      if (!target) return []
      return [
        {
          source,
          output: outputName(type, params, index),
          target,
          input: inputName(types.get(target) ?? '', link.index ?? 0),
        },
      ]
    }),
  )
}

const noteColors: CanvasNote['color'][] = [
  'yellow',
  'yellow',
  'pink',
  'pink',
  'green',
  'blue',
  'grey',
  'grey',
]

function toNote(node: N8nNode): CanvasNote {
  const { content, width, height, color } = node.parameters ?? {}
  return {
    id: newId('note'),
    text: typeof content === 'string' ? content : '',
    color: noteColors[typeof color === 'number' ? color : 0] ?? 'yellow',
    position: snapPoint(spread(node.position ?? [0, 0])),
    size: [Number(width ?? 240), Number(height ?? 160)],
  }
}
