/** What the help says of a node's params, from their schema. Pure. */
import { fieldKind, humanize, presentSchema, resolveSchema, type Schema, unionVariants } from '@/forms/schema'

export interface ParamRow {
  name: string
  depth: number
  /** In words: "text", "one of GET, POST", "list". */
  kind: string
  help: string
  isRequired: boolean
  /** What holds when nothing is set; null where there is nothing to say. */
  standard: string | null
}

const deepest = 3
const kindWords: Record<string, string> = {
  text: 'text',
  password: 'secret text',
  multiline: 'text',
  code: 'code',
  number: 'number',
  boolean: 'yes or no',
  moment: 'date and time',
  color: 'colour',
  credential: 'credential',
  options: 'text, or chosen from a list',
  workflow: 'workflow',
  file: 'name of a file on the item',
  conditions: 'conditions',
  pairs: 'names and values',
  strings: 'list of texts',
  objects: 'list',
  object: 'fields',
  union: 'one of these',
  any: 'any value',
}

/** All params, those of nested fields below their parent. */
export function paramRows(root: Schema): ParamRow[] {
  const rows: ParamRow[] = []
  addFields(rows, root, root, 0)
  return rows
}

function addFields(rows: ParamRow[], schema: Schema, root: Schema, depth: number): void {
  if (depth > deepest) return
  for (const [name, unresolved] of Object.entries(schema.properties ?? {})) {
    const field = resolveSchema(unresolved, root)
    if (field.const !== undefined) continue
    const present =
      fieldKind(field, root) === 'optional' ? resolveSchema(presentSchema(field, root), root) : field
    rows.push({
      name: humanize(name),
      depth,
      kind: kindText(present, root),
      help: field.description ?? '',
      isRequired: schema.required?.includes(name) ?? false,
      standard: standardText(field.default),
    })
    addInner(rows, present, root, depth + 1)
  }
}

function addInner(rows: ParamRow[], schema: Schema, root: Schema, depth: number): void {
  const kind = fieldKind(schema, root)
  if (kind === 'object') addFields(rows, schema, root, depth)
  if (kind === 'objects') addFields(rows, resolveSchema(schema.items ?? {}, root), root, depth)
  if (kind !== 'union' || depth > deepest) return
  for (const { key, schema: variant } of unionVariants(schema, root).variants) {
    const [help = ''] = (variant.description ?? '').split('\n')
    rows.push({ name: humanize(key), depth, kind: 'choice', help, isRequired: false, standard: null })
    addFields(rows, variant, root, depth + 1)
  }
}

function kindText(schema: Schema, root: Schema): string {
  const kind = fieldKind(schema, root)
  if (kind === 'choice') return `one of ${(schema.enum ?? []).map(String).join(', ')}`
  return kindWords[kind] ?? kind
}

const longestStandard = 60

function standardText(value: unknown): string | null {
  if (value === undefined || value === null || value === '' || typeof value === 'object') return null
  const text = value === true ? 'yes' : value === false ? 'no' : String(value)
  return text.length > longestStandard ? null : text
}
