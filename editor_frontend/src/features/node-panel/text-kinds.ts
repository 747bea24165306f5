/** What a text is meant as, by its beginning. Pure. */

const looksAt = 10_000

/** It closes an element, or starts as a page does. */
export function looksLikeHtml(text: string): boolean {
  const start = text.slice(0, looksAt)
  return /^\s*<(!doctype html|html|head|body)\b/i.test(start) || /<\/[a-z][a-z0-9-]{0,20}\s*>/i.test(start)
}

const markdownSigns = [
  /^#{1,6} \S/m,
  /^ {0,3}(```|~~~)/m,
  /^\s*\|?\s*:?-{3,}:?\s*\|/m,
  /\*\*[^\s*][^*\n]*\*\*/,
  /\[[^\]\n]+\]\(https?:[^)\s]+\)/,
  // Two points of a list that follow each other: one alone is as often a dash in prose.
  /^\s*([-*+]|\d{1,3}[.)]) \S.*\n\s*([-*+]|\d{1,3}[.)]) \S/m,
]

/** It has a heading, code, a table, bold words, a link or a list, and is no HTML. */
export function looksLikeMarkdown(text: string): boolean {
  const start = text.slice(0, looksAt)
  return !looksLikeHtml(start) && markdownSigns.some((sign) => sign.test(start))
}
