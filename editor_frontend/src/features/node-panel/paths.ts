/** Walking through items: columns, fields, words. Pure. */
import type { Json, JsonObject } from '@/api/types'

export type FieldPath = readonly (string | number)[]

export interface FieldRow {
  path: FieldPath
  name: string
  depth: number
  value: Json
}

const mostFields = 400
const mostOfList = 3

/** Every field of an item, parents before children; of long lists the first few entries. */
export function fieldsOf(item: JsonObject): FieldRow[] {
  const rows: FieldRow[] = []
  const walk = (value: Json, path: FieldPath) => {
    if (rows.length >= mostFields || typeof value !== 'object' || value === null) return
    const entries: [string | number, Json][] = Array.isArray(value)
      ? value.slice(0, mostOfList).map((each, index) => [index, each])
      : Object.entries(value)
    for (const [name, inner] of entries) {
      const own = [...path, name]
      rows.push({ path: own, name: String(name), depth: path.length, value: inner })
      walk(inner, own)
    }
  }
  walk(item, [])
  return rows.slice(0, mostFields)
}

const mostColumns = 60

/** Names of the top-level fields, in the order in which they first appear. */
export function columnsOf(items: readonly (JsonObject | undefined)[]): string[] {
  const names = new Set<string>()
  for (const item of items) for (const name of Object.keys(item ?? {})) names.add(name)
  return [...names].slice(0, mostColumns)
}

/** A value in one line; text without its quotes. */
export function inline(value: Json | undefined, longest = 200): string {
  if (value === undefined) return ''
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return text.length > longest ? `${text.slice(0, longest)}…` : text
}

export function typeWord(value: Json): string {
  if (value === null) return 'nothing'
  if (Array.isArray(value)) return value.length === 1 ? 'list of 1' : `list of ${value.length}`
  if (typeof value === 'string') return 'text'
  return typeof value === 'boolean' ? 'yes/no' : typeof value
}

export function matches(item: JsonObject, words: string): boolean {
  return JSON.stringify(item).toLowerCase().includes(words.toLowerCase())
}
