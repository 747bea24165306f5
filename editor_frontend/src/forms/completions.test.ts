import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { describe, expect, it } from 'vitest'
import { completeExpression } from './completions'

const scope = {
  sample: { total: 12, customer: { name: 'Ada', 'first order': 1 }, lines: [{ sku: 'A-1' }] },
  nodes: [{ name: 'Order in', sample: { body: { id: 7 } } }],
}

function labels(text: string, isTemplate = true): string[] | undefined {
  const state = EditorState.create({ doc: text })
  const result = completeExpression(new CompletionContext(state, text.length, false), scope, isTemplate)
  return result?.options.map(({ label }) => label)
}

describe('completeExpression', () => {
  it('offers the fields of the current item, at any depth', () => {
    expect(labels('{{ $json.')).toEqual(['total', 'customer', 'lines'])
    expect(labels('{{ $json.customer.')).toEqual(['name'])
    expect(labels('{{ $json.lines[0].s')).toEqual(['sku'])
  })

  it('offers other nodes and their fields', () => {
    expect(labels("{{ $('")).toEqual(['Order in'])
    expect(labels("{{ $('Order in').")).toContain('item')
    expect(labels("{{ $('Order in').item.")).toEqual(['json'])
    expect(labels("{{ $('Order in').first().json.body.")).toEqual(['id'])
  })

  it('is silent outside the braces of a template, but not in code', () => {
    expect(labels('Total: $json.')).toBeUndefined()
    expect(labels('{{ $json.total }} and $json.')).toBeUndefined()
    expect(labels('return $json.', false)).toEqual(['total', 'customer', 'lines'])
  })

  it('offers names as soon as one is begun', () => {
    expect(labels('{{ $j')).toContain('$json')
    expect(labels('{{ ')).toBeUndefined()
  })
})
