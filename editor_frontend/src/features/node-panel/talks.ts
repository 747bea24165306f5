/** What was said to a model and by it, as the step's log holds it. Pure. */
import type { Json, StepLog } from '@/api/types'

export interface Talk {
  model: string
  messages: readonly { role: string; content: string }[]
  tokensIn: number
  tokensOut: number
  /** In US dollars; null when nobody told a price. */
  cost: number | null
  /** Why the model stopped, when it was not at its end. */
  stopped: string
}

/** One for each time a model was asked. */
export function talksIn(logs: readonly StepLog[]): Talk[] {
  return logs.flatMap(({ fields }) => {
    const messages = fields?.messages
    if (!Array.isArray(messages) || !fields) return []
    const { model, tokens_in, tokens_out, cost, finish_reason } = fields
    return [
      {
        model: text(model),
        messages: messages.flatMap(messageIn),
        tokensIn: number(tokens_in),
        tokensOut: number(tokens_out),
        cost: typeof cost === 'number' ? cost : null,
        stopped: finish_reason === 'stop' ? '' : text(finish_reason),
      },
    ]
  })
}

export function isAnswered({ messages }: Talk): boolean {
  return messages.some(({ role }) => role === 'assistant')
}

function messageIn(value: Json): Talk['messages'] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  return [{ role: text(value.role), content: text(value.content) }]
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : ''
}

function number(value: Json | undefined): number {
  return typeof value === 'number' ? value : 0
}
