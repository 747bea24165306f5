/** Reading the part of JSON Schema that pydantic writes: refs, unions with a discriminator, required fields. */
import type { Params } from './document'
import type { JsonSchema } from './node-type'

export interface FieldProblem {
  /** Path below the params: `authentication.credential`. */
  path: string
  code: 'params.missing' | 'params.type' | 'params.choice' | 'params.unknown'
  message: string
}

/** Follows `$ref` and a single `allOf`. */
export function resolveSchema(schema: JsonSchema, root: JsonSchema): JsonSchema {
  const ref = schema.$ref
  if (typeof ref === 'string') {
    const target = ref
      .replace(/^#\//, '')
      .split('/')
      .reduce<unknown>((at, key) => (at as JsonSchema | undefined)?.[key], root)
    return target ? { ...resolveSchema(target as JsonSchema, root), ...withoutRef(schema) } : {}
  }
  const all = schema.allOf
  if (Array.isArray(all) && all.length === 1)
    return { ...resolveSchema(all[0] as JsonSchema, root), ...schema, allOf: undefined }
  return schema
}

function withoutRef({ $ref: _, ...rest }: JsonSchema): JsonSchema {
  return rest
}

function isExpression(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('=')
}

/** What is surely wrong with params, expressions aside: the server has the last word. */
export function checkParams(params: Params, root: JsonSchema): FieldProblem[] {
  return checkObject(params, root, root, '')
}

function checkValue(value: unknown, schema: JsonSchema, root: JsonSchema, path: string): FieldProblem[] {
  if (isExpression(value)) return []
  const resolved = resolveSchema(schema, root)
  const branches = (resolved.oneOf ?? resolved.anyOf) as JsonSchema[] | undefined
  if (branches) return checkUnion(value, resolved, branches, root, path)
  return [...checkChoice(value, resolved, path), ...checkType(value, resolved, root, path)]
}

function checkUnion(
  value: unknown,
  schema: JsonSchema,
  branches: JsonSchema[],
  root: JsonSchema,
  path: string,
): FieldProblem[] {
  const discriminator = (schema.discriminator as { propertyName?: string } | undefined)?.propertyName
  if (discriminator) {
    const kind = (value as Params | null | undefined)?.[discriminator]
    if (isExpression(kind)) return []
    const chosen = branches
      .map((branch) => resolveSchema(branch, root))
      .find((branch) => tagOf(branch, discriminator) === kind)
    if (!chosen) return [{ path: join(path, discriminator), code: 'params.choice', message: 'Choose one' }]
    return checkValue(value, chosen, root, path)
  }
  const attempts = branches.map((branch) => checkValue(value, branch, root, path))
  return attempts.some((problems) => problems.length === 0) ? [] : (attempts[0] ?? [])
}

function tagOf(branch: JsonSchema, discriminator: string): unknown {
  const tag = ((branch.properties ?? {}) as Record<string, JsonSchema>)[discriminator]
  return tag?.const ?? (tag?.enum as unknown[] | undefined)?.[0] ?? tag?.default
}

function checkChoice(value: unknown, schema: JsonSchema, path: string): FieldProblem[] {
  const choices = schema.const === undefined ? (schema.enum as unknown[] | undefined) : [schema.const]
  if (!choices || choices.includes(value)) return []
  return [{ path, code: 'params.choice', message: `Must be one of ${choices.join(', ')}` }]
}

function checkType(value: unknown, schema: JsonSchema, root: JsonSchema, path: string): FieldProblem[] {
  const type = schema.type
  if (typeof type !== 'string') return []
  if (!hasType(value, type)) return [{ path, code: 'params.type', message: `Must be ${article(type)}` }]
  if (type === 'array' && schema.items) {
    const items = schema.items as JsonSchema
    return (value as unknown[]).flatMap((entry, index) =>
      checkValue(entry, items, root, join(path, String(index))),
    )
  }
  return type === 'object' ? checkObject(value as Params, schema, root, path) : []
}

function hasType(value: unknown, type: string): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return typeof value === 'object' && value !== null && !Array.isArray(value)
  if (type === 'integer') return typeof value === 'number' && Number.isInteger(value)
  if (type === 'null') return value === null
  return typeof value === type
}

function article(type: string): string {
  const words: Record<string, string> = {
    string: 'text',
    integer: 'a whole number',
    number: 'a number',
    boolean: 'yes or no',
  }
  return words[type] ?? `a ${type === 'array' ? 'list' : type}`
}

function checkObject(value: Params, schema: JsonSchema, root: JsonSchema, path: string): FieldProblem[] {
  const properties = (schema.properties ?? {}) as Record<string, JsonSchema>
  const required = new Set((schema.required as string[] | undefined) ?? [])
  return Object.entries(properties).flatMap(([name, property]): FieldProblem[] => {
    const entry = value[name]
    const isEmpty = entry === undefined || (entry === '' && required.has(name))
    if (!isEmpty) return checkValue(entry, property, root, join(path, name))
    if (!required.has(name)) return []
    return [
      {
        path: join(path, name),
        code: 'params.missing',
        message: `${titleOf(name, property, root)} is missing`,
      },
    ]
  })
}

function titleOf(name: string, schema: JsonSchema, root: JsonSchema): string {
  const title = resolveSchema(schema, root).title
  const words = typeof title === 'string' && !title.includes('_') ? title : name.replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function join(path: string, key: string): string {
  return path === '' ? key : `${path}.${key}`
}
