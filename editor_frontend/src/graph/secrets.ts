/** Secrets written into params, where everybody who opens the workflow, or its export, can read them. */
import type { Params } from './document'

const shapes: readonly RegExp[] = [
  /\bsk-[A-Za-z0-9_-]{16,}/,
  /\b(?:gh[pousr]_|github_pat_)[A-Za-z0-9_]{20,}/,
  /\bxox[abprs]-[A-Za-z0-9-]{10,}/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bAIza[0-9A-Za-z_-]{30,}/,
  /\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bBearer\s+[A-Za-z0-9._~+/-]{16,}/i,
  /^[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:[^\s/@]{4,}@/i,
]
const telling =
  /^(?:x[-_])?(?:password|passwd|passphrase|secret|client[-_]?secret|api[-_]?key|access[-_]?key|private[-_]?key|auth[-_]?token|access[-_]?token|bearer[-_]?token|authorization)$/i

/** The places in params that hold a secret in plain text, such as `headers.0.value`. */
export function plainSecrets(params: Params): string[] {
  return [...look(params, '', '')]
}

function* look(value: unknown, path: string, name: string): Generator<string> {
  if (typeof value === 'string') {
    if (isSecret(value, name)) yield path
    return
  }
  if (typeof value !== 'object' || value === null) return
  const label = Array.isArray(value) ? '' : nameIn(value as Record<string, unknown>)
  for (const [key, entry] of Object.entries(value)) {
    const isNamed = label !== '' && key === 'value'
    yield* look(entry, path === '' ? key : `${path}.${key}`, isNamed ? label : key)
  }
}

/** Headers and fields are lists of {name, value}: the name says what the value is. */
function nameIn(record: Record<string, unknown>): string {
  return typeof record.name === 'string' && 'value' in record ? record.name : ''
}

function isSecret(text: string, name: string): boolean {
  const fixed = text.startsWith('=') ? text.replace(/\{\{[\s\S]*?\}\}/g, ' ') : text
  if (shapes.some((shape) => shape.test(fixed))) return true
  const isFixed = !text.startsWith('=') || !text.includes('{{')
  return isFixed && telling.test(name) && text.replace(/^=/, '').trim().length >= 6
}
