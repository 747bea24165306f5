import { describe, expect, it } from 'vitest'
import type { StepLog } from '@/api/types'
import { isAnswered, talksIn } from './talks'

const asked = [
  { role: 'system', content: 'Be kind.' },
  { role: 'user', content: 'Hi' },
]

describe('what was said to a model', () => {
  it('is read from the log, and nothing else is', () => {
    const logs: StepLog[] = [
      { at: 1, level: 'info', message: 'hello', fields: { messages: 5 } },
      { at: 2, level: 'info', message: 'asked small', fields: { messages: asked, model: 'small' } },
      {
        at: 3,
        level: 'info',
        message: 'asked small',
        fields: {
          messages: [...asked, { role: 'assistant', content: 'Hello!' }, 'odd'],
          model: 'small',
          tokens_in: 7,
          tokens_out: 2,
          cost: 0.5,
          finish_reason: 'length',
        },
      },
      { at: 4, level: 'info', message: 'bye' },
    ]
    const [failed, done, ...others] = talksIn(logs)
    expect(others).toEqual([])
    expect(failed && isAnswered(failed)).toBe(false)
    expect(failed).toMatchObject({ tokensIn: 0, cost: null, stopped: '' })
    expect(done && isAnswered(done)).toBe(true)
    expect(done).toMatchObject({ tokensIn: 7, tokensOut: 2, cost: 0.5, stopped: 'length' })
    expect(done?.messages.map(({ role }) => role)).toEqual(['system', 'user', 'assistant'])
  })
})
