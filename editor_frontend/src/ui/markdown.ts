/** Markdown as blocks: what notes, tasks and models are written in. HTML stays text. */
export type Block =
  | { kind: 'heading'; text: string }
  | { kind: 'text'; lines: string[] }
  | { kind: 'quote'; lines: string[] }
  | { kind: 'code'; text: string }
  | { kind: 'list'; isNumbered: boolean; items: string[] }
  | { kind: 'table'; head: string[]; rows: string[][] }
  | { kind: 'line' }

const bullet = /^\s*(?:[-*+]|(\d+)[.)])\s+(.*)$/
const fence = /^\s*(`{3,}|~{3,})/
const rule = /^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/
const separator = /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/

export function blocksOf(text: string): Block[] {
  const lines = text.replaceAll('\r\n', '\n').split('\n')
  const blocks: Block[] = []
  let at = 0
  while (at < lines.length) {
    const line = lines[at] ?? ''
    if (line.trim() === '') at += 1
    else at = readBlock(lines, at, blocks)
  }
  return blocks
}

/** Adds the block that begins at a line; returns the line after it. */
function readBlock(lines: readonly string[], at: number, blocks: Block[]): number {
  const line = lines[at] ?? ''
  const opening = fence.exec(line)
  if (opening) return readCode(lines, at, opening[1] ?? '```', blocks)
  const heading = /^#{1,6}\s+(.*?)\s*#*$/.exec(line)
  if (heading) {
    blocks.push({ kind: 'heading', text: heading[1] ?? '' })
    return at + 1
  }
  if (rule.test(line)) {
    blocks.push({ kind: 'line' })
    return at + 1
  }
  if (line.includes('|') && separator.test(lines[at + 1] ?? '') && (lines[at + 1] ?? '').includes('-')) {
    const end = whileLines(lines, at + 2, (each) => each.includes('|'))
    blocks.push({ kind: 'table', head: cells(line), rows: lines.slice(at + 2, end).map(cells) })
    return end
  }
  if (bullet.test(line)) return readList(lines, at, blocks)
  if (/^\s*>/.test(line)) {
    const end = whileLines(lines, at, (each) => /^\s*>/.test(each))
    blocks.push({ kind: 'quote', lines: lines.slice(at, end).map((each) => each.replace(/^\s*> ?/, '')) })
    return end
  }
  const end = Math.max(at + 1, whileLines(lines, at, isPlain))
  blocks.push({ kind: 'text', lines: lines.slice(at, end) })
  return end
}

function readCode(lines: readonly string[], at: number, mark: string, blocks: Block[]): number {
  const end = whileLines(lines, at + 1, (each) => !each.trim().startsWith(mark), true)
  blocks.push({ kind: 'code', text: lines.slice(at + 1, end).join('\n') })
  return end + 1
}

function readList(lines: readonly string[], at: number, blocks: Block[]): number {
  const isNumbered = bullet.exec(lines[at] ?? '')?.[1] !== undefined
  const items: string[] = []
  let next = at
  for (; next < lines.length; next += 1) {
    const line = lines[next] ?? ''
    const item = bullet.exec(line)
    if (item && (item[1] !== undefined) === isNumbered) items.push(item[2] ?? '')
    else if (/^\s+\S/.test(line)) items.push(`${items.pop() ?? ''} ${line.trim()}`)
    else break
  }
  blocks.push({ kind: 'list', isNumbered, items })
  return next
}

function whileLines(
  lines: readonly string[],
  from: number,
  goesOn: (line: string) => boolean,
  mayBeEmpty = false,
): number {
  let at = from
  while (at < lines.length && (mayBeEmpty || (lines[at] ?? '').trim() !== '') && goesOn(lines[at] ?? ''))
    at += 1
  return at
}

function isPlain(line: string): boolean {
  return !fence.test(line) && !bullet.test(line) && !/^#{1,6}\s/.test(line) && !/^\s*>/.test(line)
}

function cells(line: string): string[] {
  return line
    .trim()
    .replace(/^\||\|$/g, '')
    .split('|')
    .map((cell) => cell.trim())
}

export interface Run {
  kind: 'text' | 'strong' | 'emphasis' | 'struck' | 'code' | 'link'
  text: string
  href?: string
}

const marks =
  /\*\*(?<strong>[^*]+)\*\*|~~(?<struck>[^~]+)~~|`(?<code>[^`]+)`|!\[(?<image>[^\]]*)\]\([^)]*\)|\[(?<label>[^\]]+)\]\((?<href>https?:\/\/[^\s)]+)\)|(?<![\w*])\*(?<emphasis>[^*\s](?:[^*]*[^*\s])?)\*(?![\w*])|(?<bare>https?:\/\/[^\s<>)\]]+[^\s<>)\].,;:!?])/g

/** A line's parts. Only http links are links; of an image only its words: it would be fetched from elsewhere. */
export function runsOf(line: string): Run[] {
  const runs: Run[] = []
  let end = 0
  for (const match of line.matchAll(marks)) {
    if (match.index > end) runs.push({ kind: 'text', text: line.slice(end, match.index) })
    runs.push(markedRun(match.groups ?? {}, match[0]))
    end = match.index + match[0].length
  }
  if (end < line.length) runs.push({ kind: 'text', text: line.slice(end) })
  return runs
}

function markedRun(found: Record<string, string | undefined>, whole: string): Run {
  if (found.strong) return { kind: 'strong', text: found.strong }
  if (found.emphasis) return { kind: 'emphasis', text: found.emphasis }
  if (found.struck) return { kind: 'struck', text: found.struck }
  if (found.code) return { kind: 'code', text: found.code }
  if (found.label) return { kind: 'link', text: found.label, href: found.href }
  if (found.bare) return { kind: 'link', text: found.bare, href: found.bare }
  return { kind: 'text', text: found.image === undefined ? whole : `[image: ${found.image}]` }
}
