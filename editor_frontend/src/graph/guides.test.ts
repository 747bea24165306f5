import { describe, expect, it } from 'vitest'
import { alignToGuides, boxAround } from './guides'

const card = (x: number, y: number, height = 64) => ({ x, y, width: 208, height })

describe('guides', () => {
  it('hold what is nearly level, by its middle first', () => {
    const { shift, guides } = alignToGuides(card(300, 5), [card(0, 0)])
    expect(shift).toEqual([0, -5])
    expect(guides).toEqual([{ axis: 'y', at: 32, from: 0, to: 508 }])
  })

  it('join cards of different heights by their middles', () => {
    expect(alignToGuides(card(300, 16), [card(0, 0, 88)]).shift).toEqual([0, -4])
  })

  it('leave alone what is not level', () => {
    expect(alignToGuides(card(300, 120), [card(0, 0)])).toEqual({ shift: [0, 0], guides: [] })
  })

  it('prefer the nearer one', () => {
    const { guides } = alignToGuides(card(600, 0), [card(0, 0), card(300, 0)])
    expect(guides[0]?.from).toBe(300)
  })

  it('take several for one box', () => {
    expect(boxAround([card(0, 0), card(300, 100)])).toEqual({ x: 0, y: 0, width: 508, height: 164 })
    expect(boxAround([])).toBeNull()
  })
})
