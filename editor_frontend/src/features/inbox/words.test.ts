import { describe, expect, it } from 'vitest'
import type { TaskHistoryLine } from '@/api/types'
import { askedOf, roughly, sentenceOf } from './words'

const line = (kind: string, data: TaskHistoryLine['data'], by = 'bob@example.com'): TaskHistoryLine => ({
  number: 1,
  at: '2026-11-28T10:00:00Z',
  kind,
  by,
  data,
})

describe('sentenceOf', () => {
  it('says who decided what and what they changed before', () => {
    expect(sentenceOf(line('decided', { outcome: 'approved', edited: ['amount'], comment: 'fine' }))).toEqual(
      { who: 'bob@example.com', words: 'decided: Approved, after editing amount', quote: 'fine' },
    )
  })

  it('names the person a deputy answered for', () => {
    const said = sentenceOf(line('voted', { outcome: 'rejected', instead_of: 'ada@example.com' }))
    expect(said.words).toBe('answered: Rejected for ada@example.com, who is away')
  })

  it('tells the clock from a rule and from the workflow', () => {
    const late = { outcome: 'rejected', automatic: 'nobody had answered in time' }
    expect(sentenceOf(line('decided', late, '')).who).toBe('The clock')
    expect(sentenceOf(line('decided', { automatic: 'amount below 50' }, '')).who).toBe('A rule')
    expect(sentenceOf(line('opened', { asked: [] }, '')).who).toBe('The workflow')
    expect(sentenceOf(line('reassigned', { to: ['team:leads'] }, '')).who).toBe('The clock')
  })
})

describe('a repeated finding', () => {
  it('says why', () => {
    const said = sentenceOf(line('again', { reason: 'cost 3 € where 1 € is usual' }, ''))
    expect(`${said.who}: ${said.words} (${said.quote})`).toBe(
      'The workflow: it happened again (cost 3 € where 1 € is usual)',
    )
  })
})

describe('askedOf', () => {
  it('speaks of teams by their names', () => {
    expect(askedOf(['team:finance', 'ada@example.com'])).toBe('Finance, ada@example.com')
  })
})

describe('roughly', () => {
  it('is as exact as the distance asks', () => {
    expect(roughly(20_000)).toBe('less than a minute')
    expect(roughly(13_230_000)).toBe('3 h 40 min')
    expect(roughly(5 * 86_400_000 + 90_000)).toBe('5 d')
  })
})
