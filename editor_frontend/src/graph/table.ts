/** Reading a table of comma, semicolon or tab separated values, and what it becomes on the canvas. */
import type { WorkflowNode } from './document'
import type { Fragment } from './fragment'
import { newId } from './naming'

export type Row = Record<string, string | number | boolean | null>

/** More rows belong into a file or a database, not into a workflow. */
export const mostRows = 5000

/** Null when the text is no table: fewer than two lines, or no separator in the first one. */
export function readTable(text: string): Row[] | null {
  const clean = text.replace(/^\uFEFF/, '')
  const separator = separatorOf(clean)
  if (!separator) return null
  const [head, ...lines] = records(clean, separator)
  if (!head || lines.length === 0) return null
  const names = uniqueNames(head)
  return lines.map((cells) => Object.fromEntries(names.map((name, at) => [name, typed(cells[at] ?? '')])))
}

function separatorOf(text: string): string | null {
  const [line = ''] = text.split(/\r?\n/, 1)
  const counted = [',', ';', '\t'].map((sign) => ({ sign, count: line.split(sign).length - 1 }))
  const best = counted.reduce((one, other) => (other.count > one.count ? other : one))
  return best.count > 0 ? best.sign : null
}

/** Cells by line, quotes as in RFC 4180: a quoted cell may hold separators, line ends and doubled quotes. */
function records(text: string, separator: string): string[][] {
  const lines: string[][] = [[]]
  let cell = ''
  let isQuoted = false
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at)
    if (isQuoted) {
      if (sign !== '"') cell += sign
      else if (text.charAt(at + 1) === '"') {
        cell += '"'
        at += 1
      } else isQuoted = false
    } else if (sign === '"' && cell === '') isQuoted = true
    else if (sign === separator || sign === '\n') {
      lines.at(-1)?.push(cell)
      cell = ''
      if (sign === '\n') lines.push([])
    } else if (sign !== '\r') cell += sign
  }
  lines.at(-1)?.push(cell)
  return lines.filter((cells) => cells.length > 1 || cells[0] !== '')
}

function uniqueNames(head: readonly string[]): string[] {
  const seen = new Map<string, number>()
  return head.map((raw, at) => {
    const name = raw.trim() || `column_${at + 1}`
    const count = (seen.get(name) ?? 0) + 1
    seen.set(name, count)
    return count === 1 ? name : `${name}_${count}`
  })
}

/** Numbers and truth values by their usual writing; "007" and "+47…" stay text, for they are names. */
function typed(cell: string): Row[string] {
  const text = cell.trim()
  if (text === '') return null
  if (text === 'true' || text === 'false') return text === 'true'
  const isNumber = /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(text)
  return isNumber ? Number(text) : cell
}

/** Two nodes: one that holds the table, one that makes an item of each row. */
export function tableFragment(fileName: string, rows: readonly Row[]): Fragment {
  const title = fileName.replace(/\.[^.]+$/, '') || 'Table'
  const node = (name: string, type: string, x: number, params: WorkflowNode['params']): WorkflowNode => ({
    id: newId(name),
    type,
    version: 1,
    name,
    position: [x, 0],
    params,
  })
  // As JSON text: a cell that begins with "=" must not become an expression.
  const json = JSON.stringify({ rows })
  const table = node(title, 'data.set', 0, { mode: 'json', json, keep: 'none' })
  const split = node(`Rows of ${title}`, 'data.split_out', 288, { field: 'rows' })
  return {
    nodes: [table, split],
    edges: [{ source: table.id, output: 'main', target: split.id, input: 'main' }],
    notes: [],
    groups: [],
    pins: {},
  }
}
