import { describe, expect, it } from 'vitest'
import {
  fieldExpression,
  fieldKind,
  humanize,
  matchingVariant,
  presentSchema,
  resolveSchema,
  type Schema,
  shownFields,
  startValue,
  unionVariants,
  withDroppedField,
} from './schema'

const root: Schema = {
  $defs: {
    Field: { type: 'object', properties: { name: { type: 'string' }, value: {} }, required: ['name'] },
    Until: {
      type: 'object',
      description: 'Until a moment.',
      properties: { kind: { const: 'until' }, moment: { type: 'string', format: 'date-time' } },
      required: ['moment'],
    },
    Interval: {
      type: 'object',
      properties: { kind: { const: 'interval' }, amount: { type: 'number', default: 1 } },
    },
  },
}
const wait: Schema = {
  oneOf: [{ $ref: '#/$defs/Interval' }, { $ref: '#/$defs/Until' }],
  discriminator: { propertyName: 'kind' },
}

describe('fieldKind', () => {
  it.each<[string, Schema]>([
    ['text', { type: 'string' }],
    ['multiline', { type: 'string', ui: { widget: 'multiline' } }],
    ['moment', { type: 'string', format: 'date-time' }],
    ['choice', { type: 'string', enum: ['a', 'b'] }],
    ['number', { type: 'integer' }],
    ['optional', { anyOf: [{ type: 'number' }, { type: 'null' }] }],
    ['union', wait],
    ['objects', { type: 'array', items: { $ref: '#/$defs/Field' } }],
    ['conditions', { type: 'array', items: { $ref: '#/$defs/Field' }, ui: { widget: 'conditions' } }],
    ['strings', { type: 'array', items: { type: 'string' } }],
    ['pairs', { type: 'object', additionalProperties: true }],
    ['any', {}],
  ])('%s', (kind, schema) => {
    expect(fieldKind(schema, root)).toBe(kind)
  })
})

describe('schemas', () => {
  it('keeps what stands beside a reference', () => {
    expect(resolveSchema({ $ref: '#/$defs/Until', title: 'When' }, root)).toMatchObject({
      title: 'When',
      required: ['moment'],
    })
  })

  it('names the variants of a union by their descriptions, else by their kind', () => {
    const { property, variants } = unionVariants(wait, root)
    expect(property).toBe('kind')
    expect(variants.map(({ key, label }) => [key, label])).toEqual([
      ['interval', 'Interval'],
      ['until', 'Until a moment'],
    ])
  })

  it('begins with what must be there', () => {
    expect(startValue({ $ref: '#/$defs/Until' }, root)).toEqual({ kind: 'until', moment: '' })
    expect(startValue({ $ref: '#/$defs/Interval' }, root)).toEqual({ kind: 'interval' })
    expect(startValue({ type: 'array', minItems: 1, items: { $ref: '#/$defs/Field' } }, root)).toEqual([
      { name: '' },
    ])
  })

  it('looks through an optional value, keeping its hints', () => {
    const schema: Schema = {
      anyOf: [{ type: 'integer' }, { type: 'null' }],
      ui: { advanced: true },
      default: null,
    }
    expect(presentSchema(schema, root)).toEqual({ type: 'integer', ui: { advanced: true } })
  })

  it('shows the fields of the shape that the params have', () => {
    const schema: Schema = {
      properties: { mode: { enum: ['fields', 'json'], default: 'fields' }, fields: {}, keep: {}, json: {} },
      variants: {
        property: 'mode',
        fields: { fields: ['mode', 'fields', 'keep'], json: ['mode', 'json', 'keep'] },
      },
    }
    const shown = (value: Record<string, unknown>) => shownFields(schema, value).map(([name]) => name)
    expect(shown({})).toEqual(['mode', 'fields', 'keep'])
    expect(shown({ mode: 'json', fields: [] })).toEqual(['mode', 'json', 'keep'])
    expect(shown({ mode: '={{ $json.mode }}' })).toEqual(['mode', 'fields', 'keep', 'json'])
  })

  it('leaves out what another field makes useless, unless that is open until the run', () => {
    const schema: Schema = {
      properties: {
        keep: { enum: ['all', 'only'], default: 'all' },
        names: { type: 'array', ui: { shown_for: { keep: ['only'] } } },
      },
    }
    const shown = (value: Record<string, unknown>) => shownFields(schema, value).map(([name]) => name)
    expect(shown({})).toEqual(['keep'])
    expect(shown({ keep: 'only' })).toEqual(['keep', 'names'])
    expect(shown({ keep: '={{ $json.keep }}' })).toEqual(['keep', 'names'])
  })

  it('takes the shape the value has', () => {
    const schema: Schema = {
      anyOf: [{ type: 'array', items: { $ref: '#/$defs/Field' } }, { type: 'object' }],
    }
    expect(matchingVariant(schema, {}, root).type).toBe('object')
    expect(matchingVariant(schema, undefined, root).type).toBe('array')
  })
})

describe('words', () => {
  it('writes names as people do', () => {
    expect(humanize('timeout_seconds')).toBe('Timeout seconds')
    expect(humanize('base_url')).toBe('Base URL')
    expect(humanize('GET')).toBe('GET')
  })

  it('quotes only what must be quoted', () => {
    expect(fieldExpression(['customer', 'first name', 0, 'x'])).toBe('$json.customer["first name"][0].x')
  })

  it('adds a dropped field to text and replaces anything else', () => {
    expect(withDroppedField('', '$json.a')).toBe('={{ $json.a }}')
    expect(withDroppedField('Hello', '$json.a')).toBe('=Hello {{ $json.a }}')
    expect(withDroppedField('={{ $json.b }}', '$json.a')).toBe('={{ $json.b }} {{ $json.a }}')
    expect(withDroppedField(12, '$json.a')).toBe('={{ $json.a }}')
  })
})
