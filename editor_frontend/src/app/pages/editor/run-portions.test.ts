import { describe, expect, it } from 'vitest'
import type { NodeRun } from '@/api/run-state'
import { nextPortion, type Shown, towards } from './run-portions'

const run = (status: string) => ({ status }) as NodeRun
const empty: Shown = { runId: 'r', nodes: {}, edges: {} }

describe('a run painted in portions', () => {
  it('comes whole when it is small', () => {
    const wanted: Shown = { ...empty, nodes: { a: run('running') } }
    expect(towards(empty, wanted, 5)).toEqual({ view: wanted, isWhole: true })
  })

  it('gets there step by step, whatever its size', () => {
    const nodes = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`n${at}`, run('succeeded')]))
    const wanted: Shown = { ...empty, nodes }
    const first = towards(empty, wanted, 4)
    expect([Object.keys(first.view.nodes).length, first.isWhole]).toEqual([4, false])
    const second = towards(first.view, wanted, 4)
    expect([Object.keys(second.view.nodes).length, second.isWhole]).toEqual([8, false])
    expect(towards(second.view, wanted, 4)).toEqual({ view: wanted, isWhole: true })
  })

  it('takes smaller ones when a frame was long, and larger ones when there was room', () => {
    expect([nextPortion(80, 120), nextPortion(80, 5), nextPortion(80, 20), nextPortion(20, 500)]).toEqual([
      40, 160, 80, 20,
    ])
  })
})
