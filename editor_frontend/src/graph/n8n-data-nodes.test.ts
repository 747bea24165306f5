import { describe, expect, it } from 'vitest'
import type { Params } from './document'
import { readN8nWorkflow } from './n8n'
import { convertN8nNode } from './n8n-nodes'

function converted(type: string, parameters: Params) {
  return convertN8nNode({ name: 'n', type: `n8n-nodes-base.${type}`, parameters })
}

describe('merging', () => {
  it.each<[Params, Params]>([
    [{}, { mode: 'append', inputs: 2 }],
    [
      { mode: 'combine', fieldsToMatchString: 'id, day', joinMode: 'enrichInput1' },
      { mode: 'combine_by_fields', fields: ['id', 'day'], join: 'left', inputs: 2 },
    ],
    [
      {
        mode: 'combine',
        combineBy: 'combineByFields',
        mergeByFields: { values: [{ field1: 'id', field2: 'customer' }] },
      },
      { mode: 'combine_by_fields', fields: ['id = customer'], join: 'inner', inputs: 2 },
    ],
    [
      { mode: 'combine', combineBy: 'combineByPosition', options: { includeUnpaired: true } },
      { mode: 'combine_by_position', keep_unpaired: true, inputs: 2 },
    ],
    [
      { mode: 'combine', combineBy: 'combineAll', numberInputs: 3 },
      { mode: 'combine_all', inputs: 3 },
    ],
    [{ mode: 'chooseBranch' }, { mode: 'choose_branch', branch: 1, inputs: 2 }],
  ])('%o', (given, params) => {
    expect(converted('merge', given)).toEqual({ type: 'flow.merge', params })
  })

  it('says that SQL is SQLite here', () => {
    const { params, problem } = converted('merge', { mode: 'combineBySql', query: 'SELECT 1' })
    expect(params).toMatchObject({ mode: 'sql', query: 'SELECT 1' })
    expect(problem).toContain('SQLite')
  })
})

describe('reshaping', () => {
  it.each<[string, Params, string, Params]>([
    [
      'sort',
      { sortFieldsUi: { sortField: [{ fieldName: 'total', order: 'descending' }] } },
      'data.sort',
      { mode: 'fields', by: [{ field: 'total', order: 'descending' }] },
    ],
    ['sort', { type: 'random' }, 'data.sort', { mode: 'shuffle' }],
    ['limit', { maxItems: 3, keep: 'lastItems' }, 'data.limit', { count: 3, keep: 'last' }],
    [
      'aggregate',
      { aggregate: 'aggregateAllItemData', include: 'specifiedFields', fieldsToInclude: 'a, b' },
      'data.aggregate',
      { mode: 'items', into: 'data', only: ['a', 'b'] },
    ],
    [
      'aggregate',
      { fieldsToAggregate: { fieldToAggregate: [{ fieldToAggregate: 'mail' }] } },
      'data.aggregate',
      { mode: 'fields', fields: [{ field: 'mail', into: '' }], keep_missing: false },
    ],
    [
      'splitOut',
      { fieldToSplitOut: 'lines', include: 'selectedOtherFields', fieldsToInclude: 'id' },
      'data.split_out',
      { field: 'lines', into: '', keep: 'some', fields: ['id'] },
    ],
    [
      'removeDuplicates',
      { compare: 'selectedFields', fieldsToCompare: 'id' },
      'data.remove_duplicates',
      { compare: 'only', fields: ['id'] },
    ],
    [
      'removeDuplicates',
      { operation: 'removeItemsSeenInPreviousExecutions', dedupeValue: '={{ $json.order.id }}' },
      'data.remove_duplicates',
      {
        compare: 'only',
        fields: ['order.id'],
        seen_in: { kind: 'runs', name: 'items', scope: 'workflow', most: 10_000 },
      },
    ],
    [
      'summarize',
      {
        fieldsToSummarize: { values: [{ aggregation: 'countUnique', field: 'a.b' }] },
        fieldsToSplitBy: 'x, y',
      },
      'data.summarize',
      { values: [{ function: 'count_unique', field: 'a.b', into: 'countUnique_a_b' }], group_by: ['x', 'y'] },
    ],
    [
      'renameKeys',
      { keys: { key: [{ currentKey: 'a', newKey: 'b' }] } },
      'data.rename_keys',
      { fields: [{ name: 'a', to: 'b' }] },
    ],
  ])('%s %o', (type, given, ours, params) => {
    expect(converted(type, given)).toEqual({ type: ours, params })
  })

  it('asks for a look where code or an expression decides', () => {
    expect(converted('sort', { type: 'code' }).problem).toContain('code')
    const value = '={{ $json.a + $json.b }}'
    const seen = { operation: 'removeItemsSeenInPreviousExecutions', dedupeValue: value }
    expect(converted('removeDuplicates', seen).problem).toContain('fields')
  })
})

describe('ports', () => {
  it('have the names of ours', () => {
    const links = (...targets: string[]) => ({
      main: targets.map((node) => [{ node, type: 'main', index: node === 'B' ? 1 : 0 }]),
    })
    const { fragment } = readN8nWorkflow({
      nodes: [
        { name: 'F', type: 'n8n-nodes-base.filter' },
        { name: 'S', type: 'n8n-nodes-base.switch', parameters: { mode: 'expression', numberOutputs: 2 } },
        { name: 'B', type: 'n8n-nodes-base.compareDatasets' },
        { name: 'E', type: 'n8n-nodes-base.noOp' },
      ],
      connections: { F: links('E', 'B'), S: links('E', 'B'), B: links('E', 'E', 'E', 'E') },
    })
    expect(fragment.edges.map(({ output, input }) => `${output} → ${input}`)).toEqual([
      'kept → main',
      'dropped → b',
      'output 0 → main',
      'output 1 → b',
      'in_a_only → main',
      'same → main',
      'different → main',
      'in_b_only → main',
    ])
  })
})
