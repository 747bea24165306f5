/** A pasted `curl` command or address, read as the params of `http.request`. */
import type { Params } from './document'

export function urlToParams(text: string): Params | null {
  const line = text.trim()
  if (/\s/.test(line) || !/^https?:\/\/[^/]+/i.test(line) || !URL.canParse(line)) return null
  return { method: 'GET', url: line }
}

interface CurlParts {
  method: string
  url: string
  headers: Record<string, string>
  data: string[]
  form: string[]
  asQuery: boolean
}

/** Null when the text is not a curl command with an address. Secrets in it stay where the user put them: headers. */
export function curlToParams(text: string): Params | null {
  const words = shellWords(text.trim().replace(/^\$\s+/, ''))
  if (words[0] !== 'curl') return null
  const parts = readOptions(words.slice(1))
  if (parts.url === '') return null
  const method =
    parts.method || (parts.asQuery || parts.data.length + parts.form.length === 0 ? 'GET' : 'POST')
  const body = parts.asQuery ? null : bodyOf(parts)
  const url = parts.asQuery ? withQuery(parts.url, parts.data) : parts.url
  const headers = Object.fromEntries(
    Object.entries(parts.headers).filter(([name]) => !body || name.toLowerCase() !== 'content-type'),
  )
  return {
    method,
    url,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(body && { body }),
  }
}

const withValue: Record<string, (parts: CurlParts, value: string) => void> = {
  '-X': (parts, value) => (parts.method = value.toUpperCase()),
  '-H': (parts, value) => addHeader(parts, value),
  '-d': (parts, value) => parts.data.push(value),
  '-F': (parts, value) => parts.form.push(value),
  '-A': (parts, value) => (parts.headers['User-Agent'] = value),
  '-e': (parts, value) => (parts.headers.Referer = value),
  '-b': (parts, value) => (parts.headers.Cookie = value),
  '-u': (parts, value) => (parts.headers.Authorization = `Basic ${btoa(value)}`),
  '--json': (parts, value) => {
    parts.data.push(value)
    parts.headers['Content-Type'] = 'application/json'
  },
  '--url': (parts, value) => (parts.url = value),
}
const longNames: Record<string, string> = {
  '--request': '-X',
  '--header': '-H',
  '--data': '-d',
  '--data-raw': '-d',
  '--data-binary': '-d',
  '--data-ascii': '-d',
  '--data-urlencode': '-d',
  '--form': '-F',
  '--user-agent': '-A',
  '--referer': '-e',
  '--cookie': '-b',
  '--user': '-u',
}
const ignoredWithValue = new Set([
  '-o',
  '--output',
  '-m',
  '--max-time',
  '--connect-timeout',
  '--retry',
  '-x',
  '--proxy',
  '--cacert',
  '-w',
])

function readOptions(words: string[]): CurlParts {
  const parts: CurlParts = { method: '', url: '', headers: {}, data: [], form: [], asQuery: false }
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? ''
    const [name, attached] = splitOption(word)
    const apply = withValue[longNames[name] ?? name]
    if (apply) {
      if (attached === undefined) index += 1
      apply(parts, attached ?? words[index] ?? '')
    } else if (ignoredWithValue.has(word)) index += 1
    else if (word === '-G' || word === '--get') parts.asQuery = true
    else if (word === '-I' || word === '--head') parts.method = 'HEAD'
    else if (!word.startsWith('-') && parts.url === '')
      parts.url = /^https?:/i.test(word) ? word : `http://${word}`
  }
  return parts
}

/** `-XPOST` and `--header=…` carry their value with them. */
function splitOption(word: string): [name: string, attached: string | undefined] {
  if (word.startsWith('--')) {
    const at = word.indexOf('=')
    return at < 0 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
  }
  const isShort = word.startsWith('-') && word.length > 2 && withValue[word.slice(0, 2)] !== undefined
  return isShort ? [word.slice(0, 2), word.slice(2)] : [word, undefined]
}

function addHeader(parts: CurlParts, line: string): void {
  const at = line.indexOf(':')
  if (at > 0) parts.headers[line.slice(0, at).trim()] = line.slice(at + 1).trim()
}

function bodyOf(parts: CurlParts): Params | null {
  if (parts.form.length > 0) return { kind: 'form', fields: pairs(parts.form) }
  if (parts.data.length === 0) return null
  const text = parts.data.join('&')
  const type =
    Object.entries(parts.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  const json = parseJson(text)
  if (json !== undefined && (type.includes('json') || type === '')) return { kind: 'json', json }
  if (type === '' || type.includes('x-www-form-urlencoded'))
    return { kind: 'form', fields: pairs(text.split('&')) }
  return { kind: 'text', text }
}

function pairs(entries: string[]): Record<string, string> {
  return Object.fromEntries(
    entries.map((entry) => {
      const at = entry.indexOf('=')
      return at < 0 ? [entry, ''] : [decode(entry.slice(0, at)), decode(entry.slice(at + 1))]
    }),
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function withQuery(url: string, data: string[]): string {
  return data.length === 0 ? url : `${url}${url.includes('?') ? '&' : '?'}${data.join('&')}`
}

/** Splits as a shell does: quotes, `$'…'`, backslashes, continued lines. */
export function shellWords(command: string): string[] {
  const token =
    /\\\r?\n|\s+|\$'((?:[^'\\]|\\.)*)'|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/g
  const words: string[] = []
  let current: string | null = null
  for (const match of command.matchAll(token)) {
    const [whole, ansi, single, double, escaped, plain] = match
    if (/^(\\\r?\n|\s+)$/.test(whole)) {
      if (current !== null) words.push(current)
      current = null
      continue
    }
    const doubled = double?.replace(/\\(["\\$`])/g, '$1').replace(/\\\n/g, '')
    current = (current ?? '') + (unescapeAnsi(ansi) ?? single ?? doubled ?? escaped ?? plain ?? '')
  }
  return current === null ? words : [...words, current]
}

function unescapeAnsi(text: string | undefined): string | undefined {
  const known: Record<string, string> = { n: '\n', t: '\t', r: '\r' }
  return text?.replace(/\\(u[0-9a-fA-F]{4}|.)/gs, (_, code: string) =>
    code.length === 5 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : (known[code] ?? code),
  )
}
