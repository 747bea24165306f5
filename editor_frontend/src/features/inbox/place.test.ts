import { describe, expect, it } from 'vitest'
import { isNarrowed, neighbourOf, placeOf, searchOf } from './place'

describe('placeOf', () => {
  it('reads the list from the address and writes it back', () => {
    const address = '?view=teams&q=refund&tag=vip&priority=high'
    const place = placeOf(new URLSearchParams(address))
    expect(place).toEqual({
      view: 'teams',
      q: 'refund',
      queue: '',
      tag: 'vip',
      kind: '',
      priority: 'high',
      workflow: '',
    })
    expect(searchOf(place)).toBe(address)
  })

  it('shows my own tasks when the address names no known list', () => {
    const place = placeOf(new URLSearchParams('?view=secrets'))
    expect(place.view).toBe('mine')
    expect(isNarrowed(place)).toBe(false)
  })
})

describe('neighbourOf', () => {
  it('walks from a row of the list', () => {
    expect([1, -1].map((step) => neighbourOf(['a', 'b', 'c'], 1, 1, step))).toEqual(['c', 'a'])
    expect([1, -1].map((step) => neighbourOf(['a'], 0, 0, step))).toEqual([undefined, undefined])
  })

  it('walks the same way from a row that has left the list', () => {
    expect([1, -1].map((step) => neighbourOf(['a', 'c'], -1, 1, step))).toEqual(['c', 'a'])
  })
})
