export interface DiffLine {
  kind: 'same' | 'removed' | 'added'
  text: string
}

const mostLines = 600

/** The lines of two texts with what went and what came; of long texts only the beginnings. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [before.split('\n').slice(0, mostLines), after.split('\n').slice(0, mostLines)]
  const lengths = commonLengths(old, now)
  const found: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      found.push({ kind: 'same', text: old[i] ?? '' })
      i += 1
      j += 1
    } else if (j >= now.length || (i < old.length && at(lengths, i + 1, j) >= at(lengths, i, j + 1))) {
      found.push({ kind: 'removed', text: old[i] ?? '' })
      i += 1
    } else {
      found.push({ kind: 'added', text: now[j] ?? '' })
      j += 1
    }
  }
  return found
}

/** `lengths[i][j]`: lines in common of what follows `i` and `j`. */
function commonLengths(old: readonly string[], now: readonly string[]): Uint16Array[] {
  const lengths = Array.from({ length: old.length + 1 }, () => new Uint16Array(now.length + 1))
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      const row = lengths[i]
      if (!row) continue
      row[j] =
        old[i] === now[j]
          ? at(lengths, i + 1, j + 1) + 1
          : Math.max(at(lengths, i + 1, j), at(lengths, i, j + 1))
    }
  }
  return lengths
}

function at(lengths: readonly Uint16Array[], i: number, j: number): number {
  return lengths[i]?.[j] ?? 0
}
