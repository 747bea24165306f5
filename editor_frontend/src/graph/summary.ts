/** The one line on a node's card, from its type's template and its params. */
import type { Params } from './document'

const longest = 80

/** `"{method} {url}"` with the node's params. Parts without a value vanish with their separators. */
export function nodeSummary(template: string, params: Params, defaults: Params = {}): string {
  const filled = template.replace(/\{([^{}]+)\}/g, (_, path: string) => {
    const found = valueAt(params, path.trim()) ?? valueAt(defaults, path.trim())
    return shortValue(found)
  })
  return tidy(filled)
}

function valueAt(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null) return undefined
    return (current as Record<string, unknown>)[key]
  }, value)
}

function shortValue(value: unknown): string {
  if (value === undefined || value === null) return ''
  if (typeof value === 'string') return shortText(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return shortList(value)
  const fields = Object.keys(value)
  const kind = (value as Record<string, unknown>).kind
  return typeof kind === 'string' ? kind : `${fields.length} ${fields.length === 1 ? 'field' : 'fields'}`
}

function shortList(list: unknown[]): string {
  const names = list.map((entry) => (typeof entry === 'string' ? entry : nameOf(entry)))
  if (names.length > 0 && names.every((name) => name !== undefined)) return names.join(', ')
  return String(list.length)
}

function nameOf(entry: unknown): string | undefined {
  if (typeof entry !== 'object' || entry === null) return undefined
  const { name, output, left } = entry as Record<string, unknown>
  const found = [name, output, left].find((value) => typeof value === 'string' && value !== '')
  return found === undefined ? undefined : shortText(found as string)
}

/** Expressions are shown by what they say, without their braces; addresses without their scheme. */
function shortText(text: string): string {
  const plain = text.startsWith('=') ? text.slice(1).replace(/\{\{\s*(.*?)\s*\}\}/gs, '$1') : text
  const line = plain
    .replace(/^https?:\/\//, '')
    .replace(/\s+/g, ' ')
    .trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

function tidy(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/(?: [·,:–-])+(?= [·,:–-]|\s*$)/g, '')
    .replace(/^\s*[·,:–-]+\s+/, '')
    .trim()
}
