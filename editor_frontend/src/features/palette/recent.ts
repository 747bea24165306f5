/** The node types used last, newest first, kept in this browser. */
const key = 'recent-node-types'
const most = 8

export function readRecent(): string[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : []
  } catch {
    return []
  }
}

export function rememberRecent(type: string): void {
  const recent = [type, ...readRecent().filter((known) => known !== type)].slice(0, most)
  localStorage.setItem(key, JSON.stringify(recent))
}
