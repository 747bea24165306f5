import type { WorkflowDocument } from './document'

/** Unique in the workflow: "Set", "Set 2", "Set 3" … `taken` are further names to avoid. */
export function uniqueName(
  document: WorkflowDocument,
  wanted: string,
  taken: ReadonlySet<string> = new Set(),
): string {
  const used = new Set([...document.nodes.map((node) => node.name), ...taken])
  const base = wanted.trim() || 'Node'
  if (!used.has(base)) return base
  const stem = base.replace(/ \d+$/, '')
  let count = 2
  while (used.has(`${stem} ${count}`)) count += 1
  return `${stem} ${count}`
}

const alphabet = 'abcdefghijkmnpqrstuvwxyz23456789'

/** Readable in a diff, and with enough chance in it that two tabs never make the same one. */
export function newId(name: string, random: () => number = Math.random): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_+|_+$/g, '')
    .slice(0, 24)
  const letters = Array.from({ length: 6 }, () => alphabet[Math.floor(random() * alphabet.length)])
  return `${slug || 'node'}_${letters.join('')}`
}
