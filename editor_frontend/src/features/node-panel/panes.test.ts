import { describe, expect, it } from 'vitest'
import { pinnedSource } from './data-source'
import { inertPage } from './inert-page'
import { isRelated, placesText } from './lineage'
import { itemsFromText } from './pin-text'
import { schemaOf } from './schema-of'
import { looksLikeHtml, looksLikeMarkdown } from './text-kinds'

describe('schemaOf', () => {
  const rows = schemaOf([
    { id: 1, name: 'Ada', lines: [{ sku: 'A' }, { sku: 'B', free: true }] },
    { id: 'x', name: null, lines: [] },
    { id: 3, address: { city: 'Oslo' } },
  ])
  const said = rows.map(({ path, types, count, of }) => `${path.join('.')}: ${types} ${count}/${of}`)

  it('names fields, types and how many items have them', () => {
    expect(said).toEqual([
      'id: number or text 3/3',
      'name: text or nothing 2/3',
      'lines: list of objects or empty list 2/3',
      'lines.0.sku: text 2/2',
      'lines.0.free: yes/no 1/2',
      'address: object 1/3',
      'address.city: text 1/1',
    ])
  })

  it('gives an example that is not nothing', () => {
    expect(rows.find(({ name }) => name === 'name')?.example).toBe('Ada')
  })
})

describe('lineage', () => {
  it('marks where an output item came from, and what an input item became', () => {
    const out = { side: 'out' as const, place: 0, origins: [2, 5] }
    expect([1, 2, 5].map((place) => isRelated(out, place, []))).toEqual([false, true, true])
    const into = { side: 'in' as const, place: 2, origins: [] }
    expect([isRelated(into, 0, [2]), isRelated(into, 0, [3]), isRelated(null, 0, [2])]).toEqual([
      true,
      false,
      false,
    ])
  })

  it('names places as people count', () => {
    expect(placesText([0])).toBe('item 1')
    expect(placesText([0, 3, 4])).toBe('items 1, 4 and 5')
    expect(placesText([0, 1, 2, 3, 4, 5, 6])).toBe('items 1, 2, 3, 4, 5 and 2 more')
  })
})

describe('pins', () => {
  it('are read from a list of objects, or one object', () => {
    expect(itemsFromText('[{"a": 1}, {}]').items).toEqual([{ a: 1 }, {}])
    expect(itemsFromText('{"a": 1}').items).toEqual([{ a: 1 }])
  })

  it.each(['', '[', '5', '[{}, 5]', '[[]]', 'null'])('refuse %s with a sentence', (text) => {
    expect(itemsFromText(text)).toEqual({ items: null, problem: expect.stringMatching(/.{8,}/) })
  })

  it('are shown by port', () => {
    const source = pinnedSource({ main: [{ a: 1 }, 5] })
    expect(source.ports).toEqual([{ port: 'main', count: 2 }])
    expect(source.items).toEqual({ main: [{ a: 1 }, {}] })
  })
})

describe('HTML of strangers', () => {
  it('is told from other texts', () => {
    const pages = ['<!doctype html>x', ' <html lang=en>', 'a <b>bold</b> word', '<p>1</p>']
    const others = ['1 < 2 and 3 > 2', 'a <ada@example.org> b', '', 'x'.repeat(20_000)]
    expect(pages.map(looksLikeHtml)).toEqual(pages.map(() => true))
    expect(others.map(looksLikeHtml)).toEqual(others.map(() => false))
  })

  it('is never taken for Markdown', () => {
    const prose = ['# Title', 'a **bold** word', '- one\n- two', '[x](https://e.org)', 'a | b\n--- | ---']
    const others = ['<p># Title</p>', 'just words', '- one dash', '2 * 3 ** 4', 'a\nb', '#hashtag']
    expect(prose.map(looksLikeMarkdown)).toEqual(prose.map(() => true))
    expect(others.map(looksLikeMarkdown)).toEqual(others.map(() => false))
  })

  it('comes after a policy that it cannot lift', () => {
    const page = inertPage('<meta http-equiv="Content-Security-Policy" content="default-src *"><b>x</b>')
    expect(page.indexOf("default-src 'none'")).toBeLessThan(page.indexOf('default-src *'))
  })
})
