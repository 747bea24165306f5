/** The shape of many items: which fields there are, of which types, and in how many of them. Pure. */
import type { Json, JsonObject } from '@/api/types'
import type { FieldPath } from './paths'

export interface ShapeRow {
  path: FieldPath
  name: string
  depth: number
  /** "text", "number or nothing", "list of objects". */
  types: string
  /** In how many of the objects around it the field is. */
  count: number
  of: number
  example: Json
}

interface Shape {
  count: number
  types: Set<string>
  example: Json
  fields: Map<string, Shape>
  /** How many objects were looked into, for the counts of the fields. */
  objects: number
  inList: boolean
}

const mostRows = 500
const mostOfList = 20

/** Fields of all items together, parents before children; the objects of a list count as one. */
export function schemaOf(items: readonly JsonObject[]): ShapeRow[] {
  const root = emptyShape()
  for (const item of items) look(root, item)
  const rows: ShapeRow[] = []
  walk(root, [], rows)
  return rows
}

function emptyShape(): Shape {
  return { count: 0, types: new Set(), example: null, fields: new Map(), objects: 0, inList: false }
}

function look(shape: Shape, value: Json): void {
  shape.count += 1
  shape.types.add(typeName(value))
  if (shape.example === null) shape.example = value
  if (Array.isArray(value)) {
    for (const each of value.slice(0, mostOfList)) {
      if (!isObject(each)) continue
      shape.inList = true
      lookInside(shape, each)
    }
  } else if (isObject(value)) lookInside(shape, value)
}

function lookInside(shape: Shape, object: JsonObject): void {
  shape.objects += 1
  for (const [name, inner] of Object.entries(object)) {
    const field = shape.fields.get(name) ?? emptyShape()
    shape.fields.set(name, field)
    look(field, inner)
  }
}

function walk(shape: Shape, path: FieldPath, rows: ShapeRow[]): void {
  for (const [name, field] of shape.fields) {
    if (rows.length >= mostRows) return
    const own = shape.inList && path.length > 0 ? [...path, 0, name] : [...path, name]
    rows.push({
      path: own,
      name,
      depth: own.filter((step) => typeof step === 'string').length - 1,
      types: [...field.types].join(' or '),
      count: field.count,
      of: shape.objects,
      example: field.example,
    })
    walk(field, own, rows)
  }
}

function typeName(value: Json): string {
  if (value === null) return 'nothing'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'boolean') return 'yes/no'
  if (!Array.isArray(value)) return typeof value
  const [first] = value
  if (first === undefined) return 'empty list'
  return Array.isArray(first)
    ? 'list of lists'
    : `list of ${isObject(first) ? 'objects' : `${typeName(first)}s`}`
}

function isObject(value: Json): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
