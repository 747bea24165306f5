/** How expressions name other nodes: `$('Name')`, `$node["Name"]`, `$items("Name")`. */

const reference =
  /(\$(?:items)?\(\s*|\$node\[\s*)(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|`((?:[^`\\]|\\.)*)`)/g

/** Names of all nodes that a value, at any depth, refers to. */
export function referencedNames(value: unknown): Set<string> {
  const names = new Set<string>()
  mapStrings(value, (text) => {
    for (const match of text.matchAll(reference))
      names.add(unescapeName(match[2] ?? match[3] ?? match[4] ?? ''))
    return text
  })
  return names
}

/** The same value with every reference to `from` turned into one to `to`; untouched parts stay identical. */
export function renameReferences<T>(value: T, from: string, to: string): T {
  return mapStrings(value, (text) => renameInText(text, from, to)) as T
}

function renameInText(text: string, from: string, to: string): string {
  if (!text.includes('$')) return text
  return text.replace(reference, (whole: string, opening: string, ...groups: (string | undefined)[]) => {
    const [single, double, back] = groups
    const written = single ?? double ?? back ?? ''
    if (unescapeName(written) !== from) return whole
    const quote = single !== undefined ? "'" : double !== undefined ? '"' : '`'
    return opening + quote + escapeName(to, quote) + quote
  })
}

function unescapeName(written: string): string {
  return written.replace(/\\(.)/gs, '$1')
}

function escapeName(name: string, quote: string): string {
  const escaped = name.replaceAll('\\', '\\\\').replaceAll(quote, `\\${quote}`)
  return quote === '`' ? escaped.replaceAll('${', '\\${') : escaped
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return mapList(value, change)
  if (typeof value === 'object' && value !== null) return mapRecord(value as Record<string, unknown>, change)
  return value
}

function mapList(list: unknown[], change: (text: string) => string): unknown[] {
  const mapped = list.map((entry) => mapStrings(entry, change))
  return mapped.every((entry, index) => entry === list[index]) ? list : mapped
}

function mapRecord(
  record: Record<string, unknown>,
  change: (text: string) => string,
): Record<string, unknown> {
  const entries = Object.entries(record).map(([key, entry]) => [key, mapStrings(entry, change)] as const)
  return entries.every(([key, entry]) => entry === record[key]) ? record : Object.fromEntries(entries)
}
