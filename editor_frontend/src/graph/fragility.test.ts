import { describe, expect, it } from 'vitest'
import { advise, branchDepth, deepFrom, largeFrom } from './advice'
import { setParams, setSettings } from './commands'
import type { WorkflowDocument, WorkflowNode } from './document'
import { fragilityOf } from './fragility'
import { mendAll, mendOf } from './mends'
import { nodeLibrary } from './node-type'
import { applyPatches, invertPatches } from './patch'
import { plainSecrets } from './secrets'
import { chain, edge, library as known, node, nodeType } from './testing'
import { validate } from './validate'

const library = nodeLibrary([
  ...known.values(),
  nodeType('notify.email', { effect: 'write' }),
  nodeType('http.get', { effect: 'read' }),
  nodeType('human.escalate', { outputs: ['handled'] }),
  nodeType('flow.run_workflow', { effect: 'idempotent_write' }),
])

const start = node('start', { type: 'trigger.manual' })

function flow(...nodes: WorkflowNode[]): WorkflowDocument {
  const all = [start, ...nodes]
  return {
    ...chain(),
    nodes: all,
    edges: all.slice(1).map((one, at) => edge(all[at]?.id ?? '', one.id)),
  }
}

const codes = (document: WorkflowDocument, id = '') => advise(document, library, id).map(({ code }) => code)
const all = (document: WorkflowDocument) =>
  fragilityOf(document, library, validate(document, library)).findings

/** What is left of the finding after its mend, and what undo makes of it. */
function mended(document: WorkflowDocument, code: string): { document: WorkflowDocument; left: string[] } {
  const found = all(document).find((one) => one.code === code)
  const change = found && mendOf(found, document, library)?.command(document)
  if (!change) throw new Error(`nothing mends ${code}`)
  const after = applyPatches(document, change.patches)
  expect(applyPatches(after, invertPatches(change.patches))).toEqual(document)
  return { document: after, left: all(after).map((one) => one.code) }
}

describe('advice', () => {
  it('wants a way for a write that fails, unless the workflow has one for all', () => {
    const document = flow(node('mail', { type: 'notify.email' }))
    expect(codes(document)).toEqual(['write.unhandled'])
    expect(codes({ ...document, settings: { error_workflow: 'w' } })).toEqual([])
    expect(mended(document, 'write.unhandled').document.nodes[1]?.settings).toEqual({ on_error: 'escalate' })
    expect(mended(document, 'write.unhandled').left).toEqual([])
  })

  it('wants calls that may be repeated to be repeated', () => {
    const document = flow(node('get', { type: 'http.get' }))
    expect(codes(document)).toEqual(['call.no_retry'])
    expect(mended(document, 'call.no_retry').left).toEqual([])
  })

  it('says when an error output leads nowhere', () => {
    const document = flow(
      node('get', { type: 'http.get', settings: { on_error: 'error_output', retry: {} } }),
    )
    expect(codes(document)).toEqual(['error.unused'])
    expect(mended(document, 'error.unused').document.nodes[1]?.settings).toEqual({
      on_error: 'escalate',
      retry: {},
    })
  })

  it('says when a loop collects nothing, and leads it back', () => {
    const document: WorkflowDocument = {
      ...flow(node('loop', { type: 'flow.loop' }), node('a'), node('b')),
      edges: [edge('start', 'loop', 'main', 'in'), edge('loop', 'a', 'each'), edge('a', 'b')],
    }
    expect(codes(document)).toEqual(['loop.not_closed'])
    expect(mended(document, 'loop.not_closed').document.edges.at(-1)).toEqual(
      edge('b', 'loop', 'main', 'back'),
    )
  })

  it('says when items that fit no rule are lost, and shows them to a person', () => {
    const document = flow(
      node('s', { type: 'flow.switch', params: { rules: [{ output: 'main' }] } }),
      node('x'),
    )
    expect(codes(document)).toEqual(['branch.open'])
    const after = mended(document, 'branch.open').document
    expect(after.edges.at(-1)).toMatchObject({ source: 's', output: 'fallback' })
  })

  it('knows large and deeply branched workflows', () => {
    const many = Array.from({ length: largeFrom }, (_, at) => node(`n${at}`))
    expect(codes(flow(...many))).toContain('workflow.large')
    const ifs = Array.from({ length: deepFrom }, (_, at) => node(`if${at}`, { type: 'flow.if' }))
    const deep: WorkflowDocument = {
      ...flow(...ifs, node('end')),
      edges: [
        edge('start', 'if0'),
        ...ifs.flatMap((one, at) => [
          edge(one.id, ifs[at + 1]?.id ?? 'end', 'true'),
          edge(one.id, 'end', 'false'),
        ]),
      ],
    }
    expect(branchDepth(deep, library)).toBe(deepFrom)
    expect(codes(deep)).toContain('workflow.deep')
  })

  it('notices a workflow that runs itself', () => {
    const document = flow(node('self', { type: 'flow.run_workflow', params: { workflow: 'w1' } }))
    expect(codes(document, 'w1')).toEqual(['module.runs_itself'])
    expect(codes(document, 'w2')).toEqual([])
  })
})

describe('mends', () => {
  it('rename the second of two namesakes and leave expressions alone', () => {
    const document = flow(node('a', { name: 'Same' }), node('b', { name: 'Same' }))
    const { document: after } = mended(document, 'node.duplicate_name')
    expect(after.nodes.map(({ name }) => name)).toEqual(['start', 'Same', 'Same 2'])
  })

  it('know which name was meant', () => {
    const document = flow(
      node('a', { name: 'Get orders' }),
      node('b', { params: { x: "={{ $('get order').item.json.id }}" } }),
    )
    const { document: after } = mended(document, 'expression.node_unknown')
    expect(after.nodes[2]?.params).toEqual({ x: "={{ $('Get orders').item.json.id }}" })
  })

  it('give a workflow a start', () => {
    const document = chain('a', 'b')
    expect(mended(document, 'workflow.no_trigger').left).toEqual([])
  })

  it('are done all at once as one step, except those that delete', () => {
    const document: WorkflowDocument = {
      ...flow(node('mail', { type: 'notify.email' }), node('get', { type: 'http.get' })),
    }
    const lonely = { ...document, nodes: [...document.nodes, node('lonely')] }
    const change = mendAll(all(lonely), lonely, library)?.(lonely)
    const after = applyPatches(lonely, change?.patches ?? [])
    expect(all(after).map(({ code }) => code)).toEqual(['node.unconnected'])
    expect(applyPatches(after, invertPatches(change?.patches ?? []))).toEqual(lonely)
    expect(mendAll(all(after), after, library)).toBeNull()
  })
})

describe('the meter', () => {
  it('is low for a small sound workflow and high for a careless one', () => {
    const sound = flow(node('a'))
    expect(fragilityOf(sound, library, validate(sound, library))).toMatchObject({ score: 0, level: 'sturdy' })
    const careless = flow(
      ...Array.from({ length: 6 }, (_, at) => node(`mail${at}`, { type: 'notify.email' })),
    )
    expect(fragilityOf(careless, library, validate(careless, library)).level).toBe('fragile')
    const better = applyPatches(
      careless,
      mendAll(all(careless), careless, library)?.(careless)?.patches ?? [],
    )
    expect(fragilityOf(better, library, validate(better, library)).level).toBe('sturdy')
  })
})

describe('secrets in plain text', () => {
  it.each([
    [{ headers: [{ name: 'Authorization', value: 'Bearer abcdefghijklmnop1234' }] }, ['headers.0.value']],
    [{ key: 'sk-proj-abcdefghijklmnopqrst' }, ['key']],
    [{ text: '=Use AKIAABCDEFGHIJKLMNOP for {{ $json.x }}' }, ['text']],
    [{ auth: { password: 'hunter22' } }, ['auth.password']],
    [{ fields: [{ name: 'api_key', value: '123456789' }] }, ['fields.0.value']],
    [{ url: 'postgres://app:s3cret99@db.example/x' }, ['url']],
  ])('are found in %j', (params, places) => {
    expect(plainSecrets(params)).toEqual(places)
  })

  it.each([
    [{ headers: [{ name: 'Authorization', value: '={{ $json.token }}' }] }],
    [{ credential: '01HZZZZZZZZZZZZZZZZZZZZZZZ' }],
    [{ url: 'https://api.example.org/orders?token=none' }],
    [{ text: 'Write the password on paper' }],
    [{ password: '' }],
    [{ fields: [{ name: 'note', value: 'sk-1' }] }],
  ])('are not seen in %j', (params) => {
    expect(plainSecrets(params)).toEqual([])
  })

  it('are a warning at the param', () => {
    const document = flow(node('a', { params: { password: 'hunter22' } }))
    expect(validate(document, library)).toMatchObject([
      { code: 'secret.plain', path: 'nodes.a.params.password', severity: 'warning' },
    ])
  })
})

it('a mend keeps other settings of the node', () => {
  const document = flow(node('mail', { type: 'notify.email', settings: { timeout_seconds: 5 } }))
  expect(mended(document, 'write.unhandled').document.nodes[1]?.settings).toEqual({
    timeout_seconds: 5,
    on_error: 'escalate',
  })
  expect(setSettings('mail', {})(document)).not.toBeNull()
  expect(setParams('mail', {})(document)).toBeNull()
})
