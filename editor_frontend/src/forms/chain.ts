/** Finding what stands before a dot. Pure. */

const closing: Record<string, string> = { ')': '(', ']': '[', '}': '{' }

/** The last value of an unfinished expression: of `a + $json.list[0].name` it is `$json.list[0].name`. */
export function chainBefore(text: string): string {
  let at = text.length
  while (at > 0) {
    const char = text.charAt(at - 1)
    if (/[\w$.]/.test(char)) at -= 1
    else if (char === '?' && text.charAt(at) === '.') at -= 1
    else if (closing[char]) at = opening(text, at - 1)
    else if (/["'`]/.test(char)) at = quoteStart(text, at - 1)
    else break
    if (at < 0) return ''
  }
  return text.slice(at)
}

/** Where the bracket that closes at `end` was opened; -1 when it never was. */
function opening(text: string, end: number): number {
  const open: string[] = []
  for (let at = end; at >= 0; at -= 1) {
    const char = text.charAt(at)
    if (closing[char]) open.push(closing[char])
    else if (/["'`]/.test(char)) {
      at = quoteStart(text, at)
      if (at < 0) return -1
    } else if (/[([{]/.test(char)) {
      if (open.pop() !== char) return -1
      if (open.length === 0) return at
    }
  }
  return -1
}

function quoteStart(text: string, end: number): number {
  const quote = text.charAt(end)
  for (let at = end - 1; at >= 0; at -= 1) {
    if (text.charAt(at) === quote && text.charAt(at - 1) !== '\\') return at
  }
  return -1
}
