/** Fuzzy matching for the palette and finding things in a document. */
import type { WorkflowDocument } from './document'
import type { NodeTypeInfo } from './node-type'

/** 0 = no match; more is better. Whole words beat beginnings beat letters in order. */
export function fuzzyScore(query: string, text: string): number {
  const wanted = query.trim().toLowerCase()
  const within = text.toLowerCase()
  if (wanted === '') return 1
  if (within === wanted) return 100
  if (within.startsWith(wanted)) return 80
  const at = within.indexOf(wanted)
  if (at > 0) return /[\s._-]/.test(within[at - 1] ?? '') ? 70 : 50
  return scatteredScore(wanted, within)
}

/** Letters in order, for typing initials: "hr" finds "HTTP Request". */
function scatteredScore(wanted: string, within: string): number {
  let position = -1
  let bonus = 0
  for (const letter of wanted.replace(/\s+/g, '')) {
    const next = within.indexOf(letter, position + 1)
    if (next < 0) return 0
    if (next === 0 || /[\s._-]/.test(within[next - 1] ?? '')) bonus += 6
    else if (next === position + 1) bonus += 3
    else bonus -= Math.min(4, next - position - 1)
    position = next
  }
  return bonus > 0 ? Math.min(40, 10 + bonus) : 0
}

export function scoreNodeType(query: string, type: NodeTypeInfo): number {
  const words = query.trim().split(/\s+/).filter(Boolean)
  const fields: [text: string, weight: number][] = [
    [type.title, 1],
    [type.key, 0.9],
    ...type.aliases.map((alias): [string, number] => [alias, 0.85]),
    [type.group, 0.6],
  ]
  const best = (wanted: string) =>
    Math.max(...fields.map(([text, weight]) => fuzzyScore(wanted, text) * weight))
  const whole = Math.max(best(query), inSummary(query, type))
  if (words.length < 2) return whole
  const parts = words.map((word) => Math.max(best(word), inSummary(word, type)))
  return Math.max(whole, Math.min(...parts) * 0.9)
}

function inSummary(query: string, type: NodeTypeInfo): number {
  const wanted = query.trim().toLowerCase()
  return wanted.length >= 3 && type.summary.toLowerCase().includes(wanted) ? 20 : 0
}

export function rankNodeTypes(
  query: string,
  types: readonly NodeTypeInfo[],
  recent: readonly string[],
): NodeTypeInfo[] {
  const recency = (type: NodeTypeInfo) => {
    const at = recent.indexOf(type.key)
    return at < 0 ? 0 : 5 - Math.min(4, at)
  }
  return types
    .map((type, index) => ({ type, index, score: scoreNodeType(query, type) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score + recency(b.type) - (a.score + recency(a.type)) || a.index - b.index)
    .map(({ type }) => type)
}

export interface Found {
  kind: 'node' | 'note'
  id: string
  title: string
  /** Where it was found: the node's name, or `params.url` with some text around. */
  where: string
  excerpt: string
}

/** Names, types, params (prompts and expressions are params), notes. Plain text, any case. */
export function findInDocument(document: WorkflowDocument, query: string): Found[] {
  const wanted = query.trim().toLowerCase()
  if (wanted === '') return []
  const nodes = document.nodes.flatMap((node): Found[] => {
    const texts: [string, string][] = [
      ['name', node.name],
      ['type', node.type],
      ['notes', node.notes ?? ''],
      ...leafTexts(node.params, 'params'),
    ]
    const hit = texts.find(([, text]) => text.toLowerCase().includes(wanted))
    return hit
      ? [{ kind: 'node', id: node.id, title: node.name, where: hit[0], excerpt: excerpt(hit[1], wanted) }]
      : []
  })
  const notes = document.notes
    .filter((note) => note.text.toLowerCase().includes(wanted))
    .map(
      (note): Found => ({
        kind: 'note',
        id: note.id,
        title: 'Note',
        where: 'note',
        excerpt: excerpt(note.text, wanted),
      }),
    )
  return [...nodes, ...notes]
}

function leafTexts(value: unknown, path: string): [string, string][] {
  if (typeof value === 'string' || typeof value === 'number') return [[path, String(value)]]
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, entry]) => leafTexts(entry, `${path}.${key}`))
}

function excerpt(text: string, wanted: string): string {
  const at = text.toLowerCase().indexOf(wanted)
  const from = Math.max(0, at - 24)
  const cut = text.slice(from, at + wanted.length + 40).replace(/\s+/g, ' ')
  return (from > 0 ? '…' : '') + cut + (at + wanted.length + 40 < text.length ? '…' : '')
}
