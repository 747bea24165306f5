import { CompletionContext } from '@codemirror/autocomplete'
import { EditorState } from '@codemirror/state'
import { describe, expect, it, vi } from 'vitest'
import { completeExpression } from './completions'

const entry = {
  of: 'string',
  name: 'trim',
  call: 'trim()',
  summary: 'Cuts. More.',
  example: "' a'.trim()",
  result: 'a',
}

const scope = {
  preview: async (template: string) =>
    template === '={{ $json.customer.name.trim() }}'
      ? { value: 'Ada', error: null }
      : { value: null, error: null },
  reference: [
    entry,
    { ...entry, name: 'padEnd', call: 'padEnd(length)' },
    { ...entry, of: 'number', name: 'round', call: 'round()' },
    { ...entry, of: 'date', name: 'year', call: 'year' },
    { ...entry, of: 'name', name: '$json', call: '$json' },
  ],
  sample: { total: 12, customer: { name: 'Ada', 'first order': 1 }, lines: [{ sku: 'A-1' }] },
  nodes: [{ name: 'Order in', sample: { body: { id: 7 } } }],
}

async function complete(text: string, isTemplate = true) {
  const state = EditorState.create({ doc: text })
  return completeExpression(new CompletionContext(state, text.length, false), scope, isTemplate)
}

async function labels(text: string, isTemplate = true): Promise<string[] | undefined> {
  return (await complete(text, isTemplate))?.options.map(({ label }) => label)
}

describe('completeExpression', () => {
  it('offers the fields of the current item, at any depth', async () => {
    expect(await labels('{{ $json.')).toEqual(['total', 'customer', 'lines'])
    expect(await labels('{{ $json.customer.')).toEqual(['name'])
    expect(await labels('{{ $json.lines[0].s')).toEqual(['sku'])
  })

  it('offers other nodes and their fields', async () => {
    expect(await labels("{{ $('")).toEqual(['Order in'])
    expect(await labels("{{ $('Order in').")).toContain('item')
    expect(await labels("{{ $('Order in').item.")).toEqual(['json'])
    expect(await labels("{{ $('Order in').first().json.body.")).toEqual(['id'])
  })

  it('is silent outside the braces of a template, but not in code', async () => {
    expect(await labels('Total: $json.')).toBeUndefined()
    expect(await labels('{{ $json.total }} and $json.')).toBeUndefined()
    expect(await labels('return $json.', false)).toEqual(['total', 'customer', 'lines'])
  })

  it('offers names as soon as one is begun', async () => {
    expect(await labels('{{ $j')).toContain('$json')
    expect(await labels('{{ ')).toBeUndefined()
  })

  it('offers the methods of what stands before the dot, in templates only', async () => {
    expect(await labels('{{ $json.customer.name.')).toEqual(['trim()', 'padEnd()'])
    expect(await labels('{{ 1 + $json.total.')).toEqual(['round()'])
    expect(await labels('{{ $now.plus(1).')).toEqual(['year'])
    expect(await labels('{{ $json.customer.name.trim().')).toEqual(['trim()', 'padEnd()'])
    expect(await labels('return $json.total.', false)).toBeUndefined()
  })

  it('shows what a method does, an example, and what it gives here', async () => {
    const trim = (await complete('{{ $json.customer.name.'))?.options[0]
    const info = typeof trim?.info === 'function' ? await trim.info(trim) : null
    const box = info && 'textContent' in info ? info : null
    expect(box?.textContent).toBe(`trim()Cuts. More.' a'.trim() → "a"`)
    await vi.waitFor(() => expect(box?.textContent).toContain('Here: "Ada"'))
  })
})
