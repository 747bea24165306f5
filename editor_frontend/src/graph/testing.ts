/** Small documents and node types for tests. */
import { emptyDocument, type WorkflowDocument, type WorkflowEdge, type WorkflowNode } from './document'
import { type NodeTypeInfo, nodeLibrary } from './node-type'

export function node(id: string, fields: Partial<WorkflowNode> = {}): WorkflowNode {
  return { id, type: 'data.set', version: 1, name: id, position: [0, 0], params: {}, ...fields }
}

export function edge(source: string, target: string, output = 'main', input = 'main'): WorkflowEdge {
  return { source, output, target, input }
}

/** Nodes in a row, each connected to the next. */
export function chain(...ids: string[]): WorkflowDocument {
  return {
    ...emptyDocument('Chain'),
    nodes: ids.map((id, index) => node(id, { position: [index * 288, 0] })),
    edges: ids.slice(1).map((id, index) => edge(ids[index] ?? '', id)),
  }
}

export function nodeType(key: string, fields: Partial<NodeTypeInfo> = {}): NodeTypeInfo {
  const [group = ''] = key.split('.')
  return {
    key,
    version: 1,
    title: key,
    group,
    summary: '',
    description: '',
    effect: 'pure',
    per: 'batch',
    is_trigger: group === 'trigger',
    source: group === 'trigger' ? 'manual' : null,
    inputs: group === 'trigger' ? [] : ['main'],
    outputs: ['main'],
    params_schema: { type: 'object', properties: {} },
    summary_template: '',
    aliases: [],
    credentials: [],
    examples: [],
    ...fields,
  }
}

export const switchType = nodeType('flow.switch', {
  outputs: { from: 'rules', name: 'output', extra: ['fallback'] },
})
export const mergeType = nodeType('flow.merge', {
  inputs: { count: 'inputs', prefix: 'input', default: 2, most: 10 },
})

export const requestType = nodeType('http.request', {
  title: 'HTTP request',
  summary: 'Call a web address',
  aliases: ['api', 'rest', 'curl', 'fetch'],
  params_schema: {
    type: 'object',
    required: ['method', 'url'],
    properties: {
      method: { enum: ['GET', 'POST'], type: 'string', default: 'GET' },
      url: { type: 'string', title: 'Url' },
      body: {
        anyOf: [{ $ref: '#/$defs/Json' }, { type: 'null' }],
        default: null,
      },
    },
    $defs: {
      Json: { type: 'object', required: ['json'], properties: { kind: { const: 'json' }, json: {} } },
    },
  },
})

export const library = nodeLibrary([
  nodeType('trigger.manual', { title: 'Start by hand' }),
  nodeType('data.set', { title: 'Set fields' }),
  nodeType('flow.if', { title: 'If', outputs: ['true', 'false'], aliases: ['condition', 'branch'] }),
  nodeType('flow.loop', { title: 'Loop', inputs: ['in', 'back'], outputs: ['each', 'done'] }),
  switchType,
  mergeType,
  requestType,
])
