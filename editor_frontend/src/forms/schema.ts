/** What a JSON schema says about a form. Pure; the schemas come from pydantic. */

export interface UiHints {
  widget?: string
  language?: string
  credential_type?: string
  /** Name of the node's loader, and the params it cannot do without. */
  options?: string
  needs?: string[]
  placeholder?: string
  /** Instead of the field's name. */
  label?: string
  advanced?: boolean
  show_expression?: boolean
  /** The values of another field for which this one is of use. */
  shown_for?: Record<string, string[]>
}

export interface Schema {
  $ref?: string
  $defs?: Record<string, Schema>
  type?: string
  title?: string
  description?: string
  default?: unknown
  const?: unknown
  enum?: unknown[]
  examples?: unknown[]
  format?: string
  pattern?: string
  minimum?: number
  maximum?: number
  exclusiveMinimum?: number
  minLength?: number
  maxLength?: number
  minItems?: number
  maxItems?: number
  properties?: Record<string, Schema>
  required?: string[]
  additionalProperties?: boolean | Schema
  items?: Schema
  anyOf?: Schema[]
  oneOf?: Schema[]
  discriminator?: { propertyName: string; mapping?: Record<string, string> }
  ui?: UiHints
  /** Of params with several shapes: which fields each value of `property` brings along. */
  variants?: { property: string; fields: Record<string, string[]> }
}

export type FieldKind =
  | 'text'
  | 'password'
  | 'multiline'
  | 'code'
  | 'number'
  | 'boolean'
  | 'choice'
  | 'moment'
  | 'color'
  | 'credential'
  | 'options'
  | 'workflow'
  | 'node'
  | 'file'
  | 'conditions'
  | 'pairs'
  | 'strings'
  | 'objects'
  | 'object'
  | 'optional'
  | 'union'
  | 'any'

const groupKinds: readonly FieldKind[] = ['objects', 'conditions', 'pairs', 'strings', 'object']

/** Made of several controls: a label names the group, not one of them. */
export function isGroup(kind: FieldKind): boolean {
  return groupKinds.includes(kind)
}

/** Follows `$ref`; what stands beside it (title, description, default) wins. */
export function resolveSchema(schema: Schema, root: Schema): Schema {
  if (!schema.$ref) return schema
  const name = schema.$ref.replace('#/$defs/', '')
  const { $ref: _, ...beside } = schema
  return { ...resolveSchema(root.$defs?.[name] ?? {}, root), ...beside }
}

const widgetKinds: Record<string, FieldKind> = {
  multiline: 'multiline',
  code: 'code',
  credential: 'credential',
  expression: 'any',
  conditions: 'conditions',
  key_value: 'pairs',
  color: 'color',
  password: 'password',
  workflow: 'workflow',
  node: 'node',
  file: 'file',
}

/** Which control edits a resolved schema. */
export function fieldKind(schema: Schema, root: Schema): FieldKind {
  const widget = schema.ui?.widget && widgetKinds[schema.ui.widget]
  if (widget) return widget
  if (schema.ui?.options) return 'options'
  if (schema.anyOf?.some(isNull)) return 'optional'
  if (schema.oneOf) return 'union'
  if (schema.enum) return 'choice'
  switch (schema.type) {
    case 'string':
      return schema.format === 'date-time' ? 'moment' : 'text'
    case 'number':
    case 'integer':
      return 'number'
    case 'boolean':
      return 'boolean'
    case 'array':
      return listKind(schema, root)
    case 'object':
      return schema.properties ? 'object' : 'pairs'
    default:
      return 'any'
  }
}

function listKind(schema: Schema, root: Schema): FieldKind {
  const items = resolveSchema(schema.items ?? {}, root)
  if (items.properties || items.oneOf) return 'objects'
  return items.type === 'string' ? 'strings' : 'any'
}

function isNull(schema: Schema): boolean {
  return schema.type === 'null'
}

/** The fields of the shape that the value has, in its order; all while that is open until the run. */
export function shownFields(
  schema: Schema,
  value: Readonly<Record<string, unknown>>,
): [name: string, field: Schema][] {
  const all = schema.properties ?? {}
  const chosen = (name: string) => String(value[name] ?? all[name]?.default)
  const ofShape = schema.variants?.fields[chosen(schema.variants.property)]
  return (ofShape ?? Object.keys(all))
    .map((name): [string, Schema] => [name, all[name] ?? {}])
    .filter(([, field]) =>
      Object.entries(field.ui?.shown_for ?? {}).every(
        ([other, values]) => values.includes(chosen(other)) || isTemplate(chosen(other)),
      ),
    )
}

function isTemplate(value: string): boolean {
  return value.startsWith('=')
}

/** The schema of an optional value when it is there. Hints beside `anyOf` are kept. */
export function presentSchema(schema: Schema, root: Schema): Schema {
  const variants = (schema.anyOf ?? []).filter((variant) => !isNull(variant))
  const { anyOf: _, default: __, ...beside } = schema
  const [only] = variants
  if (only && variants.length === 1) return { ...resolveSchema(only, root), ...beside }
  return { ...beside, anyOf: variants }
}

/** Of several shapes without a discriminator: the one the value has, else the first. */
export function matchingVariant(schema: Schema, value: unknown, root: Schema): Schema {
  const variants = (schema.anyOf ?? []).map((variant) => resolveSchema(variant, root))
  const { anyOf: _, ...beside } = schema
  const found = variants.find((variant) => variant.type === typeName(value)) ?? variants[0] ?? {}
  return { ...found, ...beside }
}

function typeName(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (value === null) return 'null'
  return typeof value
}

export interface Variant {
  key: string
  label: string
  schema: Schema
}

export function unionVariants(schema: Schema, root: Schema): { property: string; variants: Variant[] } {
  const property = schema.discriminator?.propertyName ?? 'kind'
  const variants = (schema.oneOf ?? []).map((each) => {
    const variant = resolveSchema(each, root)
    const key = String(variant.properties?.[property]?.const ?? variant.title ?? '')
    return { key, label: variantLabel(key, variant), schema: variant }
  })
  return { property, variants }
}

const longestVariantLabel = 48

function variantLabel(key: string, variant: Schema): string {
  const described = variant.description?.split('\n')[0]?.replace(/\.$/, '') ?? ''
  return described && described.length <= longestVariantLabel && !described.includes('`')
    ? described
    : humanize(key)
}

const spelled: Record<string, string> = {
  url: 'URL',
  json: 'JSON',
  sql: 'SQL',
  csv: 'CSV',
  xml: 'XML',
  html: 'HTML',
  id: 'ID',
  ttl: 'TTL',
  cc: 'Cc',
  api: 'API',
  cron: 'Cron',
  http: 'HTTP',
  smtp: 'SMTP',
  tls: 'TLS',
  starttls: 'STARTTLS',
}

/** `timeout_seconds` → "Timeout seconds"; `base_url` → "Base URL". HTTP methods stay as they are. */
export function humanize(name: string): string {
  if (/^[A-Z]+$/.test(name)) return name
  const words = name.split(/[_\s]+/).map((word) => spelled[word.toLowerCase()] ?? word)
  const text = words.join(' ')
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** A value to begin with: the default, else the emptiest that has the right shape. */
export function startValue(schema: Schema, root: Schema): unknown {
  const resolved = resolveSchema(schema, root)
  if (resolved.default !== undefined) return structuredClone(resolved.default)
  if (resolved.const !== undefined) return resolved.const
  if (resolved.enum) return resolved.enum[0]
  if (resolved.properties) return startObject(resolved, root)
  if (resolved.oneOf) return startObject(resolveSchema(resolved.oneOf[0] ?? {}, root), root)
  switch (resolved.type) {
    case 'array':
      return resolved.items && resolved.minItems ? [startValue(resolved.items, root)] : []
    case 'object':
      return {}
    case 'boolean':
      return false
    case 'string':
      return ''
    default:
      return null
  }
}

/** Only what must be there; the rest has defaults on the server. */
export function startObject(schema: Schema, root: Schema): Record<string, unknown> {
  const required = new Set(schema.required ?? [])
  const entries = Object.entries(schema.properties ?? {})
    .filter(([name, field]) => required.has(name) || field.const !== undefined)
    .map(([name, field]) => [name, startValue(field, root)] as const)
  return Object.fromEntries(entries)
}

export function isExpression(value: unknown): value is string {
  return typeof value === 'string' && value.startsWith('=')
}

/** `customer.first name` → `$json.customer["first name"]`. */
export function fieldExpression(path: readonly (string | number)[], start = '$json'): string {
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`
    return /^[A-Za-z_$][\w$]*$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`
  })
  return start + steps.join('')
}

/** What dragged data fields carry. */
export const fieldDragType = 'application/x-orchestrator-field'

/** The value after a field was dropped on a parameter: text is added to, anything else replaced. */
export function withDroppedField(value: unknown, expression: string): string {
  const template = `{{ ${expression} }}`
  if (isExpression(value))
    return value.length > 1 ? `${value}${/\s$/.test(value) ? '' : ' '}${template}` : `=${template}`
  return typeof value === 'string' && value !== '' ? `=${value} ${template}` : `=${template}`
}
