import { describe, expect, it } from 'vitest'
import { library } from '@/graph/testing'
import { paletteChoices } from './choices'

const groups = ['flow', 'data', 'http', 'trigger'].map((key) => ({
  key,
  title: key,
  icon: '',
  quality: 'core',
}))
const base = {
  query: '',
  types: [...library.values()],
  groups,
  recent: ['data.set'],
  place: { position: [0, 0] as [number, number] },
  isEmptyCanvas: false,
}

describe('the palette', () => {
  it('offers triggers first on an empty canvas, recent ones first otherwise', () => {
    expect(paletteChoices({ ...base, isEmptyCanvas: true })[0]?.title).toBe('trigger')
    expect(paletteChoices(base).map(({ title }) => title)).toEqual([
      'Recent',
      'flow',
      'data',
      'http',
      'trigger',
    ])
  })

  it('offers only what fits the port it was opened from', () => {
    const place = { ...base.place, from: { node: 'a', port: 'main', side: 'output' as const } }
    const keys = paletteChoices({ ...base, place }).flatMap(({ types }) => types.map(({ key }) => key))
    expect(keys).toContain('data.set')
    expect(keys).not.toContain('trigger.manual')
  })

  it('ranks what was typed', () => {
    expect(paletteChoices({ ...base, query: 'rest' })[0]?.types[0]?.key).toBe('http.request')
    expect(paletteChoices({ ...base, query: 'qqqq' })).toEqual([])
  })
})
