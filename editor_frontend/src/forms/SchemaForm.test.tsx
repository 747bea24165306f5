import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { TooltipProvider } from '@/ui/Tooltip'
import type { ExpressionSupport } from './form-context'
import { SchemaForm } from './SchemaForm'
import type { Schema } from './schema'

const schema: Schema = {
  type: 'object',
  required: ['url'],
  $defs: {
    None: { type: 'object', properties: { kind: { const: 'none' } }, description: 'Nothing.' },
    Text: {
      type: 'object',
      description: 'Text as it is.',
      properties: { kind: { const: 'text' }, text: { type: 'string' } },
      required: ['text'],
    },
    Field: {
      type: 'object',
      properties: {
        name: { type: 'string' },
        value: {},
        type: { type: 'string', enum: ['any', 'text', 'number'], default: 'any' },
      },
      required: ['name'],
    },
  },
  properties: {
    url: { type: 'string', description: 'Where to call.' },
    size: { type: 'integer', default: 1 },
    body: {
      oneOf: [{ $ref: '#/$defs/None' }, { $ref: '#/$defs/Text' }],
      discriminator: { propertyName: 'kind' },
      default: { kind: 'none' },
    },
    fields: { type: 'array', items: { $ref: '#/$defs/Field' }, default: [] },
    headers: { type: 'object', additionalProperties: true, default: {} },
    limit: { anyOf: [{ type: 'number' }, { type: 'null' }], ui: { advanced: true } },
  },
}

const expressions: ExpressionSupport = {
  preview: async () => ({ value: 'x', error: null }),
  previewKey: '',
  itemLabel: '',
  sample: null,
  reference: [],
  files: [],
  nodes: [],
}

let latest: Record<string, unknown>

function Host({ start }: { start: Record<string, unknown> }) {
  const [value, setValue] = useState(start)
  latest = value
  return (
    <QueryClientProvider client={new QueryClient()}>
      <TooltipProvider>
        <SchemaForm
          schema={schema}
          value={value}
          onChange={setValue}
          expressions={expressions}
          problems={[{ path: 'url', code: 'params.invalid', message: 'must start with http', hint: '' }]}
        />
      </TooltipProvider>
    </QueryClientProvider>
  )
}

function show(start: Record<string, unknown> = {}) {
  render(<Host start={start} />)
  return userEvent.setup()
}

beforeEach(() => {
  latest = {}
})
afterEach(cleanup)

describe('SchemaForm', () => {
  it('shows labels, help, defaults and problems in place', () => {
    show({ url: 'ftp://x' })
    expect(screen.getByLabelText('URL')).toHaveProperty('value', 'ftp://x')
    expect(screen.getByText('Where to call.')).toBeTruthy()
    expect(screen.getByRole('alert').textContent).toBe('must start with http')
    expect(screen.getByLabelText('Size')).toHaveProperty('value', '1')
    expect(screen.queryByLabelText('Limit')).toBeNull()
  })

  it('keeps numbers numbers, and what is not yet one out of the value', async () => {
    const user = show()
    await user.clear(screen.getByLabelText('Size'))
    await user.type(screen.getByLabelText('Size'), '12')
    expect(latest.size).toBe(12)
    await user.type(screen.getByLabelText('Size'), 'x')
    expect(latest.size).toBe(12)
  })

  it('switches the variant of a union and brings its fields', async () => {
    const user = show()
    await user.selectOptions(screen.getByLabelText('Body'), 'Text as it is')
    expect(latest.body).toEqual({ kind: 'text', text: '' })
    await user.type(screen.getByLabelText('Text'), 'hi')
    expect(latest.body).toEqual({ kind: 'text', text: 'hi' })
  })

  it('adds, fills and removes named values', async () => {
    const user = show()
    await user.click(screen.getByRole('button', { name: 'Add field' }))
    await user.type(screen.getByLabelText('Name'), 'total')
    await user.type(screen.getByLabelText('Value of total'), '12')
    expect(latest.fields).toEqual([{ name: 'total', value: '12' }])
    await user.selectOptions(screen.getByLabelText('Type of Value of total'), 'Number')
    expect(latest.fields).toEqual([{ name: 'total', value: 12 }])
    await user.click(screen.getByRole('button', { name: 'Demand a type of total' }))
    await user.selectOptions(screen.getByLabelText('What total must be'), 'Number')
    expect(latest.fields).toEqual([{ name: 'total', value: 12, type: 'number' }])
    await user.selectOptions(screen.getByLabelText('What total must be'), 'Any')
    expect(latest.fields).toEqual([{ name: 'total', value: 12 }])
    await user.click(screen.getByRole('button', { name: 'Remove total' }))
    expect(latest.fields).toEqual([])
  })

  it('keeps a row whose name is not typed yet, without storing it', async () => {
    const user = show()
    await user.click(screen.getByRole('button', { name: 'Add to Headers' }))
    expect(latest.headers).toEqual({})
    await user.type(screen.getByLabelText('Name'), 'X-A')
    expect(latest.headers).toEqual({ 'X-A': '' })
  })

  it('turns a value into an expression: by the switch, by "=", and by braces', async () => {
    const user = show({ url: 'a' })
    await user.click(screen.getAllByRole('button', { name: 'Expression' })[0] as HTMLElement)
    expect(latest.url).toBe('=a')
    await user.click(screen.getAllByRole('button', { name: 'Fixed' })[0] as HTMLElement)
    expect(latest.url).toBe('a')
    await user.type(screen.getByLabelText('URL'), '{{{{')
    expect(latest.url).toBe('=a{{')
  })

  it('folds advanced fields away', async () => {
    const user = show()
    await user.click(screen.getByRole('button', { name: 'Advanced' }))
    await user.type(screen.getByLabelText('Limit'), '5')
    expect(latest.limit).toBe(5)
  })
})
