import { describe, expect, it } from 'vitest'
import { isTyping, matchesKeys } from './keys'

function press(
  key: string,
  held: Partial<Record<'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey', boolean>> = {},
  code = '',
) {
  return { key, code, ctrlKey: false, metaKey: false, shiftKey: false, altKey: false, ...held }
}

describe('shortcuts', () => {
  it('match with exactly their modifiers', () => {
    expect(matchesKeys(press('z', { ctrlKey: true }), 'Ctrl+Z')).toBe(true)
    expect(matchesKeys(press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Z')).toBe(false)
    expect(matchesKeys(press('Z', { ctrlKey: true, shiftKey: true }), 'Ctrl+Shift+Z')).toBe(true)
    expect(matchesKeys(press('d'), 'D')).toBe(true)
    expect(matchesKeys(press('d', { ctrlKey: true }), 'D')).toBe(false)
  })

  it('take the command key of Apple keyboards for Ctrl', () => {
    expect(matchesKeys(press('k', { metaKey: true }), 'Ctrl+K')).toBe(true)
  })

  it('do not care how a keyboard makes a sign, or what Alt does to a letter', () => {
    expect(matchesKeys(press('?', { shiftKey: true }), '?')).toBe(true)
    expect(matchesKeys(press('+', { shiftKey: true }), 'Plus')).toBe(true)
    expect(matchesKeys(press('†', { altKey: true, shiftKey: true }, 'KeyT'), 'Shift+Alt+T')).toBe(true)
  })

  it('know the arrow keys', () => {
    expect(matchesKeys(press('ArrowLeft', { shiftKey: true }), 'Shift+Left')).toBe(true)
  })

  it('leave fields alone', () => {
    const [field, tick] = [document.createElement('input'), document.createElement('input')]
    tick.type = 'checkbox'
    expect([field, document.createElement('textarea'), tick, document.body].map(isTyping)).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
