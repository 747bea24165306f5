import { describe, expect, it } from 'vitest'
import { isNarrowed, placeOf, searchOf } from './place'

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
