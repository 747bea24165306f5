import type { Schema } from '@/forms/schema'

/** Settings that every node has; the same shape as `settings` of a node in the document. */
export const settingsSchema: Schema = {
  type: 'object',
  properties: {
    on_error: {
      enum: ['stop', 'continue', 'error_output', 'escalate'],
      default: 'stop',
      description:
        'When it fails for good: stop the run, continue without its items, send them to a port called `error`, or ask a person.',
    },
    retry: {
      anyOf: [
        {
          type: 'object',
          properties: {
            attempts: {
              type: 'integer',
              default: 3,
              description: 'How often at most, the first time included.',
            },
            backoff: {
              enum: ['fixed', 'exponential'],
              default: 'exponential',
              description: 'How the pauses grow.',
            },
            initial_seconds: { type: 'number', default: 1, description: 'The first pause.' },
            max_seconds: {
              type: 'number',
              default: 300,
              description: 'The longest pause.',
              ui: { advanced: true },
            },
          },
          default: { attempts: 3, backoff: 'exponential', initial_seconds: 1, max_seconds: 300 },
        },
        { type: 'null' },
      ],
      default: null,
      description: 'Try again when it fails, with growing pauses.',
    },
    timeout_seconds: {
      anyOf: [{ type: 'number' }, { type: 'null' }],
      default: null,
      ui: { placeholder: 'no limit' },
      description: 'The longest that one try may take, in seconds.',
    },
  },
}
