import { expect, it, vi } from 'vitest'
import type { NodeRun } from '@/api/run-state'
import { createRunViewStore, worstStatus } from './run-view'

const run = (status: string) => ({ status }) as NodeRun

it('tells only the node that changed', () => {
  const store = createRunViewStore()
  const [first, second] = [vi.fn(), vi.fn()]
  store.onNode('a', first)
  const leave = store.onNode('b', second)
  const b = run('running')
  store.setState({ nodes: { a: run('running'), b } })
  store.setState({ nodes: { a: run('succeeded'), b } })
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([2, 1])
  leave()
  store.setState({ nodes: {} })
  expect([first.mock.calls.length, second.mock.calls.length]).toEqual([3, 1])
})

it('says how several nodes fare as one', () => {
  expect(worstStatus([undefined])).toBeUndefined()
  expect(worstStatus([run('succeeded'), undefined, run('skipped')])).toBe('succeeded')
  expect(worstStatus([run('running'), run('succeeded')])).toBe('running')
  expect(worstStatus([run('running'), run('paused'), run('failed')])).toBe('failed')
})

it('tells a node that its result grew old', () => {
  const store = createRunViewStore()
  const [old, other] = [vi.fn(), vi.fn()]
  store.onNode('a', old)
  store.onNode('b', other)
  store.setState({ stale: new Set(['a']) })
  expect([old.mock.calls.length, other.mock.calls.length]).toEqual([1, 0])
})
