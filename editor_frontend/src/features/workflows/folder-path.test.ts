import { describe, expect, it } from 'vitest'
import { childrenOf, isAtOrBelow, joined, lineageOf, nameOf, parentOf } from './folder-path'

describe('paths of folders', () => {
  it('come apart and together again', () => {
    for (const path of ['Sales', 'Sales/Orders', 'a/b/c']) {
      expect(joined(parentOf(path), nameOf(path))).toBe(path)
    }
    expect(lineageOf('a/b/c')).toEqual(['a', 'a/b', 'a/b/c'])
    expect(lineageOf('')).toEqual([])
  })

  it('know what stands in them', () => {
    const folders = ['Sales', 'Sales/Orders', 'Sales/Orders/New', 'Salesroom'].map((path) => ({
      path,
      workflows: 0,
    }))
    expect(childrenOf(folders, '').map(({ path }) => path)).toEqual(['Sales', 'Salesroom'])
    expect(childrenOf(folders, 'Sales').map(({ path }) => path)).toEqual(['Sales/Orders'])
    expect(isAtOrBelow('Sales/Orders', 'Sales')).toBe(true)
    expect(isAtOrBelow('Salesroom', 'Sales')).toBe(false)
  })
})
