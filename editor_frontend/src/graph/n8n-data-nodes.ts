/** Converters of the n8n nodes that sort, join and reshape items. */
import type { Params } from './document'
import { type Converted, type Converter, list, names, record, text } from './n8n-values'

const joins: Record<string, string> = {
  keepMatches: 'inner',
  keepNonMatches: 'non_matches',
  keepEverything: 'outer',
  enrichInput1: 'left',
}

function merge(given: Params): Converted {
  const inputs = Number(given.numberInputs ?? 2)
  const made = (params: Params, problem?: string): Converted => ({
    type: 'flow.merge',
    params: { ...params, inputs },
    ...(problem && { problem }),
  })
  switch (given.mode ?? 'append') {
    case 'append':
      return made({ mode: 'append' })
    case 'combineBySql':
      return made({ mode: 'sql', query: text(given.query) }, 'look through the query: it is SQLite here')
    case 'chooseBranch':
      return made({ mode: 'choose_branch', branch: Number(given.useDataOfInput ?? 1) })
    case 'combine':
      return combined(given, made)
    default:
      return made({ mode: 'append' }, 'this way of merging is not known here; it appends')
  }
}

function combined(given: Params, made: (params: Params, problem?: string) => Converted): Converted {
  const way = text(given.combineBy, text(given.combinationMode, 'combineByFields'))
  if (/position/i.test(way)) {
    const keepsUnpaired = record(given.options).includeUnpaired === true
    return made({ mode: 'combine_by_position', keep_unpaired: keepsUnpaired })
  }
  if (/all|multiplex/i.test(way)) return made({ mode: 'combine_all' })
  const pairs = list(record(given.mergeByFields).values).map(({ field1, field2 }) =>
    field1 === field2 ? text(field1) : `${text(field1)} = ${text(field2)}`,
  )
  const join = joins[text(given.joinMode, 'keepMatches')]
  return made(
    {
      mode: 'combine_by_fields',
      fields: pairs.length > 0 ? pairs : names(given.fieldsToMatchString),
      join: join ?? 'inner',
    },
    join ? undefined : 'this way of joining is not known here; it keeps what matches',
  )
}

function compare(given: Params): Converted {
  const match = list(record(given.mergeByFields).values).map(({ field1, field2 }) => ({
    a: text(field1),
    b: field1 === field2 ? '' : text(field2),
  }))
  return { type: 'data.compare', params: { match } }
}

function sort(given: Params): Converted {
  if (given.type === 'random') return { type: 'data.sort', params: { mode: 'shuffle' } }
  const by = list(record(given.sortFieldsUi).sortField).map(({ fieldName, order }) => ({
    field: text(fieldName),
    order: order === 'descending' ? 'descending' : 'ascending',
  }))
  const problem = given.type === 'code' ? { problem: 'it sorts by code: name the fields instead' } : {}
  return { type: 'data.sort', params: { mode: 'fields', by }, ...problem }
}

function limit(given: Params): Converted {
  const keep = given.keep === 'lastItems' ? 'last' : 'first'
  return { type: 'data.limit', params: { count: given.maxItems ?? 1, keep } }
}

function aggregate(given: Params): Converted {
  if (given.aggregate === 'aggregateAllItemData') {
    const chosen = {
      specifiedFields: { only: names(given.fieldsToInclude) },
      allFieldsExcept: { leave_out: names(given.fieldsToExclude) },
    }[text(given.include)]
    const into = text(given.destinationFieldName, 'data')
    return { type: 'data.aggregate', params: { mode: 'items', into, ...chosen } }
  }
  const fields = list(record(given.fieldsToAggregate).fieldToAggregate).map((each) => ({
    field: text(each.fieldToAggregate),
    into: each.renameField ? text(each.outputFieldName) : '',
  }))
  const keepMissing = record(given.options).keepMissing === true
  return { type: 'data.aggregate', params: { mode: 'fields', fields, keep_missing: keepMissing } }
}

function splitOut(given: Params): Converted {
  const [field = '', ...others] = names(given.fieldToSplitOut)
  const into = text(record(given.options).destinationFieldName)
  const kept = {
    allOtherFields: { keep: 'all' },
    selectedOtherFields: { keep: 'some', fields: names(given.fieldsToInclude) },
  }[text(given.include)]
  const problem = others.length > 0 ? { problem: `it splits ${field} only; one node splits one list` } : {}
  return { type: 'data.split_out', params: { field, into, ...kept }, ...problem }
}

const plainField = /^=\s*\{\{\s*\$json\.([\w.]+)\s*\}\}\s*$/

function removeDuplicates(given: Params): Converted {
  const type = 'data.remove_duplicates'
  const history = {
    name: 'items',
    scope: record(given.options).scope === 'workflow' ? 'shared' : 'workflow',
  }
  if (given.operation === 'clearDeduplicationHistory')
    return { type, params: { seen_in: { kind: 'forget', ...history } } }
  if (given.operation === 'removeItemsSeenInPreviousExecutions') {
    const field = plainField.exec(text(given.dedupeValue))?.[1]
    const seen_in = { kind: 'runs', ...history, most: record(given.options).historySize ?? 10_000 }
    if (!field) return { type, params: { compare: 'all', seen_in }, problem: 'name the fields to compare' }
    return { type, params: { compare: 'only', fields: [field], seen_in } }
  }
  if (given.compare === 'selectedFields')
    return { type, params: { compare: 'only', fields: names(given.fieldsToCompare) } }
  if (given.compare === 'allFieldsExcept')
    return { type, params: { compare: 'except', fields: names(given.fieldsToExclude) } }
  return { type, params: { compare: 'all' } }
}

const figures: Record<string, string> = {
  append: 'list',
  average: 'average',
  concatenate: 'concat',
  count: 'count',
  countUnique: 'count_unique',
  max: 'max',
  min: 'min',
  sum: 'sum',
}

function summarize(given: Params): Converted {
  const values = list(record(given.fieldsToSummarize).values).map((each) => ({
    function: figures[text(each.aggregation, 'count')] ?? 'count',
    field: text(each.field),
    into: `${text(each.aggregation, 'count')}_${text(each.field).replaceAll('.', '_')}`,
  }))
  return { type: 'data.summarize', params: { values, group_by: names(given.fieldsToSplitBy) } }
}

function renameKeys(given: Params): Converted {
  const fields = list(record(given.keys).key).map(({ currentKey, newKey }) => ({
    name: text(currentKey),
    to: text(newKey),
  }))
  return { type: 'data.rename_keys', params: { fields } }
}

export const dataConverters: Record<string, Converter> = {
  merge,
  compareDatasets: compare,
  sort,
  limit,
  aggregate,
  splitOut,
  removeDuplicates,
  summarize,
  renameKeys,
}
