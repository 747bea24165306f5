import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { blocksOf, runsOf } from './markdown'

describe('blocksOf', () => {
  it('knows headings, lists, tables, code, quotes and lines', () => {
    const text = [
      '# Refund',
      'Ada asks',
      'for her money',
      '',
      '1. first',
      '2. second',
      '   goes on',
      '- dot',
      '',
      '| a | b |',
      '|---|--:|',
      '| 1 | 2 |',
      '```js',
      'let a = "| b"',
      '',
      '# no heading',
      '```',
      '> said',
      '---',
    ].join('\n')
    expect(blocksOf(text)).toEqual([
      { kind: 'heading', text: 'Refund' },
      { kind: 'text', lines: ['Ada asks', 'for her money'] },
      { kind: 'list', isNumbered: true, items: ['first', 'second goes on'] },
      { kind: 'list', isNumbered: false, items: ['dot'] },
      { kind: 'table', head: ['a', 'b'], rows: [['1', '2']] },
      { kind: 'code', text: 'let a = "| b"\n\n# no heading' },
      { kind: 'quote', lines: ['said'] },
      { kind: 'line' },
    ])
  })

  it('ends for any text', () => {
    const text = fc.string({ unit: fc.constantFrom('#', ' ', '-', '|', '`', '\n', 'a', '1', '.', '>', '*') })
    fc.assert(
      fc.property(text, (any) => {
        expect(blocksOf(any).length).toBeLessThanOrEqual(any.length)
      }),
    )
  })
})

describe('runsOf', () => {
  it('marks what is marked', () => {
    expect(runsOf('**now** *or* `never`: [shop](https://shop.example/a)')).toEqual([
      { kind: 'strong', text: 'now' },
      { kind: 'text', text: ' ' },
      { kind: 'emphasis', text: 'or' },
      { kind: 'text', text: ' ' },
      { kind: 'code', text: 'never' },
      { kind: 'text', text: ': ' },
      { kind: 'link', text: 'shop', href: 'https://shop.example/a' },
    ])
  })

  it('makes no link of anything but http, and fetches no image', () => {
    const text = '[x](javascript:alert(1)) ![secret](https://evil.example/pixel.png)'
    expect(runsOf(text).some(({ kind }) => kind === 'link')).toBe(false)
    expect(
      runsOf(text)
        .map((run) => run.text)
        .join(''),
    ).toBe('[x](javascript:alert(1)) [image: secret]')
  })

  it('loses no word of a text without marks', () => {
    const text = fc.string({ unit: fc.constantFrom('a', ' ', '<', '&', '(', '.', '_') })
    fc.assert(
      fc.property(text, (any) => {
        expect(
          runsOf(any)
            .map((run) => run.text)
            .join(''),
        ).toBe(any)
      }),
    )
  })
})
