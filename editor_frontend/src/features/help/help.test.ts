import { describe, expect, it } from 'vitest'
import type { Schema } from '@/forms/schema'
import type { NodeTypeInfo } from '@/graph/node-type'
import { paramRows } from './param-rows'
import { foundTypes } from './search'

describe('paramRows', () => {
  const schema: Schema = {
    required: ['url'],
    properties: {
      url: { type: 'string', description: 'Where to.' },
      method: { enum: ['GET', 'POST'], default: 'GET' },
      wait: { anyOf: [{ type: 'number' }, { type: 'null' }], default: null },
      headers: { type: 'array', items: { $ref: '#/$defs/Header' } },
      auth: { oneOf: [{ $ref: '#/$defs/Bearer' }], discriminator: { propertyName: 'kind' } },
    },
    $defs: {
      Header: { properties: { name: { type: 'string' } }, required: ['name'] },
      Bearer: {
        description: 'A token.\nMore.',
        properties: { kind: { const: 'bearer' }, token: { type: 'string' } },
      },
    },
  }

  it('says of each param what it takes, nested ones below', () => {
    const said = paramRows(schema).map((row) => [row.depth, row.name, row.kind, row.isRequired, row.standard])
    expect(said).toEqual([
      [0, 'URL', 'text', true, null],
      [0, 'Method', 'one of GET, POST', false, 'GET'],
      [0, 'Wait', 'number', false, null],
      [0, 'Headers', 'list', false, null],
      [1, 'Name', 'text', true, null],
      [0, 'Auth', 'one of these', false, null],
      [1, 'Bearer', 'choice', false, null],
      [2, 'Token', 'text', false, null],
    ])
  })
})

describe('foundTypes', () => {
  const type = { title: 'Ask AI', key: 'ai.chat', summary: 'Ask a model.', description: '', aliases: ['llm'] }
  const types = [type as unknown as NodeTypeInfo]

  it('finds by name, key and what else people call it', () => {
    expect(['ask', 'LLM model', 'ai.chat', ''].map((words) => foundTypes(types, words).length)).toEqual([
      1, 1, 1, 1,
    ])
    expect(foundTypes(types, 'mail')).toEqual([])
  })
})
