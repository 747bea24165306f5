export interface Piece {
  kind: 'same' | 'gone' | 'new'
  text: string
}

const mostWords = 400

/** What changed between two texts, word by word; in order, the pieces tell both. */
export function wordDiff(before: string, after: string): Piece[] {
  const [old, young] = [words(before), words(after)]
  if (old.length > mostWords || young.length > mostWords) return replaced(before, after)
  const lengths = commonLengths(old, young)
  const pieces: Piece[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < young.length) {
    if (i < old.length && j < young.length && old[i] === young[j]) {
      push(pieces, 'same', old[i] ?? '')
      i += 1
      j += 1
    } else if (j >= young.length || (i < old.length && at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      push(pieces, 'gone', old[i] ?? '')
      i += 1
    } else {
      push(pieces, 'new', young[j] ?? '')
      j += 1
    }
  }
  return pieces
}

function words(text: string): string[] {
  return text.match(/\s+|[\p{L}\p{N}.,]+|[^\s\p{L}\p{N}]/gu) ?? []
}

function replaced(before: string, after: string): Piece[] {
  return before === after
    ? [{ kind: 'same', text: before }]
    : [
        { kind: 'gone', text: before },
        { kind: 'new', text: after },
      ]
}

function at(lengths: number[][], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0
}

/** Length of the longest common run of words from each pair of places on. */
function commonLengths(old: string[], young: string[]): number[][] {
  const lengths: number[][] = Array.from({ length: old.length + 1 }, () => [])
  for (let i = old.length - 1; i >= 0; i -= 1) {
    const row = lengths[i] ?? []
    for (let j = young.length - 1; j >= 0; j -= 1) {
      row[j] =
        old[i] === young[j] ? at(lengths, i + 1, j + 1) + 1 : Math.max(at(lengths, i + 1, j), row[j + 1] ?? 0)
    }
  }
  return lengths
}

function push(pieces: Piece[], kind: Piece['kind'], text: string): void {
  const last = pieces.at(-1)
  if (last?.kind === kind) last.text += text
  else pieces.push({ kind, text })
}
