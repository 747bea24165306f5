import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { colourOf, initialsOf } from './presence-store'
import { throttle } from './throttle'

describe('telling where we point', () => {
  beforeEach(() => vi.useFakeTimers())
  afterEach(() => vi.useRealTimers())

  it('is rare while the pointer moves, and tells the place where it stopped', () => {
    let place = 0
    const told: number[] = []
    const say = throttle(() => told.push(place), 60)
    for (place = 1; place <= 30; place += 1) {
      say()
      vi.advanceTimersByTime(10)
    }
    place = 31
    say()
    vi.advanceTimersByTime(100)
    expect(told.length).toBeLessThanOrEqual(7)
    expect([told[0], told.at(-1)]).toEqual([1, 31])
  })

  it('stops with the page', () => {
    const call = vi.fn()
    const say = throttle(call, 60)
    say()
    say()
    say.stop()
    vi.advanceTimersByTime(1000)
    expect(call).toHaveBeenCalledOnce()
  })
})

describe('a person', () => {
  it('has initials and a colour that stays', () => {
    expect([
      initialsOf('Alice'),
      initialsOf('Bob de Groot'),
      initialsOf('x@example.org'),
      initialsOf(''),
    ]).toEqual(['A', 'BG', 'XO', '?'])
    expect(colourOf({ id: '01ABC' })).toBe(colourOf({ id: '01ABC' }))
    expect(colourOf({ id: '01ABC' })).toMatch(/^var\(--person-[1-6]\)$/)
  })
})
