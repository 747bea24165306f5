import { expect, it, vi } from 'vitest'
import { newsOf } from './use-news'

const settled = () => new Promise((resolve) => setTimeout(resolve))

it('tells each new task once, and nothing of those that were there', async () => {
  const told: string[] = []
  let tasks = [{ id: 'a' }]
  const look = newsOf(
    async () => tasks,
    ({ id }) => told.push(id),
  )
  look()
  await settled()
  tasks = [{ id: 'b' }, { id: 'a' }]
  look()
  await settled()
  tasks = [{ id: 'b' }]
  look()
  await settled()
  tasks = [{ id: 'a' }, { id: 'b' }]
  look()
  await settled()
  expect(told).toEqual(['b'])
})

it('looks once more when asked while it looks, and goes on after a failure', async () => {
  const fetchNow = vi.fn(async () => [] as { id: string }[])
  fetchNow.mockRejectedValueOnce(new Error('offline'))
  const look = newsOf(fetchNow, () => {})
  look()
  look()
  look()
  await settled()
  await settled()
  expect(fetchNow).toHaveBeenCalledTimes(2)
})
