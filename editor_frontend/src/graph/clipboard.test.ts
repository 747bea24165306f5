import { describe, expect, it } from 'vitest'
import { documentToText, fragmentToText, textToFragment } from './clipboard'
import { curlToParams, shellWords } from './curl'
import { extractFragment } from './fragment'
import { chain } from './testing'

describe('copy and paste', () => {
  it('a copied fragment comes back as it was', () => {
    const fragment = extractFragment(chain('a', 'b', 'c'), new Set(['a', 'b']))
    expect(textToFragment(fragmentToText(fragment))?.fragment).toEqual(fragment)
  })

  it('leaves plain secrets behind and keeps expressions', () => {
    const document = chain('a')
    const nodes = document.nodes.map((node) => ({
      ...node,
      params: { headers: { Authorization: 'Bearer 1', api_key: '={{ $vars.k }}' } },
    }))
    const text = fragmentToText(extractFragment({ ...document, nodes }, new Set(['a'])))
    expect(text).not.toContain('Bearer 1')
    expect(text).toContain('$vars.k')
  })

  it('ignores text that is no workflow', () => {
    for (const text of [
      'hello',
      '{}',
      '[1]',
      '{"nodes": 3}',
      'http://',
      'two words http://a.b',
      '{"nodes":[]}',
    ]) {
      expect(textToFragment(text)).toBeNull()
    }
  })

  it('exports with sorted keys and positions last', () => {
    const lines = documentToText(chain('a'))
    expect(lines.indexOf('"edges"')).toBeLessThan(lines.indexOf('"nodes"'))
    expect(lines.indexOf('"position"')).toBeGreaterThan(lines.indexOf('"version"'))
  })
})

describe('curl', () => {
  it('reads method, headers and a JSON body', () => {
    const command = `curl -X PUT 'https://api.shop/orders?x=1' \\\n  -H "Accept: text/plain" -H 'Content-Type: application/json' --data-raw '{"a": "it'\\''s"}'`
    expect(curlToParams(command)).toEqual({
      method: 'PUT',
      url: 'https://api.shop/orders?x=1',
      headers: { Accept: 'text/plain' },
      body: { kind: 'json', json: { a: "it's" } },
    })
  })

  it('reads a form and posts it', () => {
    expect(curlToParams('curl example.com/login -d user=ada -d pass=x%20y')).toEqual({
      method: 'POST',
      url: 'http://example.com/login',
      body: { kind: 'form', fields: { user: 'ada', pass: 'x y' } },
    })
  })

  it('puts data into the query with -G', () => {
    expect(curlToParams('curl -G https://a.b -d q=1')).toEqual({ method: 'GET', url: 'https://a.b?q=1' })
  })

  it('splits words as a shell does', () => {
    expect(shellWords(`a 'b c' "d \\"e\\"" $'f\\n' g\\ h ''`)).toEqual([
      'a',
      'b c',
      'd "e"',
      'f\n',
      'g h',
      '',
    ])
  })

  it('makes a request of a pasted address', () => {
    expect(textToFragment(' https://example.com/a?b=c ')?.fragment.nodes[0]).toMatchObject({
      type: 'http.request',
      params: { method: 'GET', url: 'https://example.com/a?b=c' },
    })
  })
})

describe('n8n', () => {
  const workflow = {
    nodes: [
      {
        name: 'Hook',
        type: 'n8n-nodes-base.webhook',
        position: [0, 0],
        parameters: { path: 'orders', httpMethod: 'POST', responseMode: 'lastNode' },
      },
      {
        name: 'Big?',
        type: 'n8n-nodes-base.if',
        position: [200, 0],
        parameters: {
          conditions: {
            combinator: 'or',
            conditions: [
              {
                leftValue: '={{ $json.total }}',
                rightValue: 100,
                operator: { type: 'number', operation: 'gt' },
              },
            ],
          },
        },
      },
      {
        name: 'Call',
        type: 'n8n-nodes-base.httpRequest',
        position: [400, 0],
        onError: 'continueErrorOutput',
        parameters: { url: 'https://a.b' },
      },
      { name: 'Odd', type: 'n8n-nodes-base.airtable', position: [400, 200], parameters: { base: 1 } },
      {
        name: 'Sticky',
        type: 'n8n-nodes-base.stickyNote',
        position: [0, 300],
        parameters: { content: '## Hi', width: 300, height: 100 },
      },
    ],
    connections: {
      Hook: { main: [[{ node: 'Big?', type: 'main', index: 0 }]] },
      'Big?': {
        main: [[{ node: 'Call', type: 'main', index: 0 }], [{ node: 'Odd', type: 'main', index: 0 }]],
      },
    },
  }
  const pasted = textToFragment(JSON.stringify(workflow))

  it('converts the common nodes', () => {
    expect(pasted?.fragment.nodes.map(({ type }) => type)).toEqual([
      'trigger.webhook',
      'flow.if',
      'http.request',
      'flow.noop',
    ])
    expect(pasted?.fragment.nodes[0]?.params).toEqual({
      path: 'orders',
      method: 'POST',
      respond: 'when_finished',
    })
    expect(pasted?.fragment.nodes[1]?.params).toEqual({
      conditions: [{ left: '={{ $json.total }}', op: 'gt', right: 100 }],
      combine: 'or',
    })
    expect(pasted?.fragment.nodes[2]?.settings).toEqual({ on_error: 'error_output' })
  })

  it('names ports instead of counting them', () => {
    expect(pasted?.fragment.edges.map(({ output, input }) => [output, input])).toEqual([
      ['main', 'main'],
      ['true', 'main'],
      ['false', 'main'],
    ])
  })

  it('keeps what it does not know as a disabled place holder and says so', () => {
    expect(pasted?.fragment.nodes[3]).toMatchObject({ disabled: true, name: 'Odd' })
    expect(pasted?.notes).toHaveLength(1)
    expect(pasted?.fragment.notes[0]?.text).toBe('## Hi')
  })
})
