import { describe, expect, it } from 'vitest'
import { fileKind, filesOf, fileUrl, hexLines, sizeText } from './files'

describe('fileKind', () => {
  it.each([
    ['a.png', 'image/png', 'image'],
    ['a.svg', 'image/svg+xml', 'svg'],
    ['a.pdf', 'application/pdf', 'pdf'],
    ['a.mp3', 'audio/mpeg', 'audio'],
    ['a.mp4', 'video/mp4', 'video'],
    ['a.html', 'text/html; charset=utf-8', 'html'],
    ['a.xhtml', 'application/xhtml+xml', 'html'],
    ['a.json', 'application/json', 'text'],
    ['a.csv', '', 'text'],
    ['a.log', 'application/octet-stream', 'text'],
    ['a.html', 'application/octet-stream', 'text'],
    ['a.zip', 'application/zip', 'other'],
    ['a.png', 'image/x-evil"><script>', 'other'],
  ])('of %s with type %s is %s', (name, mime_type, kind) => {
    expect(fileKind({ name, mime_type })).toBe(kind)
  })
})

describe('files of an item', () => {
  it('are read from what the server says, and nothing else', () => {
    const file = { hash: 'ab', name: 'a.txt', mime_type: 'text/plain', size: 3 }
    expect(filesOf({ data: file, odd: 5, half: { hash: 'x' } })).toEqual([{ key: 'data', file }])
    expect(filesOf(undefined)).toEqual([])
  })

  it('have an address in which nothing of them can break out', () => {
    const file = { hash: '../x', name: 'a&inline=true.html', mime_type: 'text/html', size: 1 }
    expect(fileUrl(file, false)).toBe('/api/v1/files/..%2Fx?name=a%26inline%3Dtrue.html&type=text%2Fhtml')
  })

  it('have a size that people can read', () => {
    expect([0, 1, 1023, 1536, 1048576, 5e9].map(sizeText)).toEqual([
      '0 bytes',
      '1 byte',
      '1,023 bytes',
      '1.5 KB',
      '1 MB',
      '4.7 GB',
    ])
  })

  it('are shown byte by byte when there is no other view', () => {
    const text = hexLines(new TextEncoder().encode('Hello <b>\n0123456789'))
    expect(text.split('\n').map((line) => line.slice(0, 11))).toEqual(['000000  48 ', '000010  36 '])
    expect(text).toContain('Hello <b>·012345')
  })
})
