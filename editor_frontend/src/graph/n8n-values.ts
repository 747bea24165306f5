/** Reading the settings of n8n nodes, whatever they hold. */
import type { Params } from './document'

export interface Converted {
  type: string
  /** Of the node type; 1 when left out. */
  version?: number
  params: Params
  /** Why the node needs a look, as a sentence. */
  problem?: string
}

export type Converter = (given: Params) => Converted

export function text(value: unknown, otherwise = ''): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? otherwise : String(value)
}

export function record(value: unknown): Params {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Params) : {}
}

export function list(value: unknown): Params[] {
  return Array.isArray(value) ? value.map(record) : []
}

/** `id, customer.name` as a list; lists stay what they are. */
export function names(value: unknown): string[] {
  const listed = Array.isArray(value) ? value.map((each) => text(each)) : text(value).split(',')
  return listed.map((name) => name.trim()).filter(Boolean)
}
