import { describe, expect, it } from 'vitest'
import { chainBefore } from './chain'

describe('chainBefore', () => {
  it.each([
    ['{{ $json.total', '$json.total'],
    ['{{ 1 + $json.lines[0].sku', '$json.lines[0].sku'],
    [`{{ f(a, $('Order (in)').item.json`, `$('Order (in)').item.json`],
    [`{{ "a.b"`, `"a.b"`],
    ['{{ [1, 2].map(n => (n + 1))', '[1, 2].map(n => (n + 1))'],
    ['{{ $json.a?.b', '$json.a?.b'],
    [`{{ $json["first ]name"]`, `$json["first ]name"]`],
    ['{{ a)', ''],
    ['{{ "open', ''],
    ['', ''],
  ])('finds the last value of %s', (text, chain) => {
    expect(chainBefore(text)).toBe(chain)
  })
})
