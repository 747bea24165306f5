import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Piece, wordDiff } from './word-diff'

const told = (pieces: Piece[], kind: 'gone' | 'new') =>
  pieces
    .filter((piece) => piece.kind === 'same' || piece.kind === kind)
    .map(({ text }) => text)
    .join('')

describe('wordDiff', () => {
  it('marks the words that changed', () => {
    expect(wordDiff('We refund 1,480 € today', 'We refund 1,400 € today')).toEqual([
      { kind: 'same', text: 'We refund ' },
      { kind: 'gone', text: '1,480' },
      { kind: 'new', text: '1,400' },
      { kind: 'same', text: ' € today' },
    ])
  })

  it('tells both texts, whatever they are', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '.', '\n', 'é') })
    fc.assert(
      fc.property(text, text, (before, after) => {
        const pieces = wordDiff(before, after)
        expect(told(pieces, 'gone')).toBe(before)
        expect(told(pieces, 'new')).toBe(after)
      }),
    )
  })
})
