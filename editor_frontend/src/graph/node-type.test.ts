import { describe, expect, it } from 'vitest'
import { defaultParams, type NodeTypeInfo, outputPorts } from './node-type'

const ports = {
  from: 'rules',
  name: 'output',
  extra: ['fallback'],
  instead: { property: 'mode', value: 'expression', from: 'outputs' },
}
const type = {
  inputs: ['main'],
  outputs: ports,
  params_schema: {
    properties: {
      mode: { enum: ['rules', 'expression'], default: 'rules' },
      rules: { default: [] },
      outputs: { default: [] },
    },
    variants: { property: 'mode', fields: { rules: ['mode', 'rules'], expression: ['mode', 'outputs'] } },
  },
} as unknown as NodeTypeInfo

function portsOf(params: Record<string, unknown>) {
  return outputPorts({ id: 'n', type: 'flow.switch', version: 1, name: 'n', position: [0, 0], params }, type)
}

describe('ports named by params', () => {
  it('follow the list that the mode brings along', () => {
    const params = { rules: [{ output: 'urgent' }], outputs: ['new', 'known', 'new'] }
    expect(portsOf(params)).toEqual(['urgent', 'fallback'])
    expect(portsOf({ ...params, mode: 'expression' })).toEqual(['new', 'known', 'fallback'])
  })
})

describe('a new node', () => {
  it('begins with the fields of the first shape only', () => {
    expect(defaultParams(type)).toEqual({ mode: 'rules', rules: [] })
  })
})
