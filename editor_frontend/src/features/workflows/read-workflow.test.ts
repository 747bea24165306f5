import { describe, expect, it } from 'vitest'
import { readWorkflow } from './read-workflow'

describe('reading a workflow from a file', () => {
  it('takes one of ours as it is', () => {
    const ours = {
      name: 'Orders',
      nodes: [{ id: 'a', type: 'trigger.manual', name: 'A' }],
      edges: [],
      settings: { timezone: 'Europe/Oslo' },
    }
    expect(readWorkflow(JSON.stringify(ours)).document).toEqual(ours)
  })

  it('translates one of n8n, with its name', () => {
    const theirs = {
      name: 'From there',
      nodes: [
        {
          name: 'Hook',
          type: 'n8n-nodes-base.webhook',
          typeVersion: 2,
          position: [0, 0],
          parameters: { path: 'x' },
        },
        {
          name: 'Odd',
          type: 'n8n-nodes-base.unknownThing',
          typeVersion: 1,
          position: [200, 0],
          parameters: {},
        },
      ],
      connections: { Hook: { main: [[{ node: 'Odd', type: 'main', index: 0 }]] } },
    }
    const { document, notes } = readWorkflow(JSON.stringify(theirs))
    expect(document.name).toBe('From there')
    expect(document.nodes).toHaveLength(2)
    expect(document.edges).toHaveLength(1)
    expect(notes.length).toBeGreaterThan(0)
  })

  it('says what is wrong with anything else', () => {
    for (const text of ['', '{', '[]', '{"nodes": 5}', 'https://example.org']) {
      expect(() => readWorkflow(text)).toThrow('not a workflow')
    }
  })
})
