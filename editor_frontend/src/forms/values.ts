/** Reading values of any shape, as forms must: a document may hold what its schema does not allow. */

export function asObject(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}
}

export function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : []
}

export function replaced<T>(list: readonly T[], index: number, value: T): T[] {
  return list.map((each, position) => (position === index ? value : each))
}

export function removed<T>(list: readonly T[], index: number): T[] {
  return list.filter((_, position) => position !== index)
}

export function moved<T>(list: readonly T[], from: number, to: number): T[] {
  const rest = removed(list, from)
  return [...rest.slice(0, to), ...list.slice(from, from + 1), ...rest.slice(to)]
}
