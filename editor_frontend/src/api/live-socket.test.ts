import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { LiveSocket, type Socket } from './live-socket'
import { RunFeed } from './run-feed'
import type { RunEvent } from './types'

class Line implements Socket {
  readyState = 0
  sent: Record<string, unknown>[] = []
  onopen: (() => void) | null = null
  onclose: ((event?: { code?: number }) => void) | null = null
  onmessage: ((event: { data: unknown }) => void) | null = null

  send(text: string): void {
    this.sent.push(JSON.parse(text))
  }
  close(): void {
    this.readyState = 3
  }
  accept(): void {
    this.readyState = 1
    this.onopen?.()
  }
  say(message: unknown): void {
    this.onmessage?.({ data: JSON.stringify(message) })
  }
  break(code = 1006): void {
    this.readyState = 3
    this.onclose?.({ code })
  }
}

let lines: Line[]
let live: LiveSocket
const line = (n: number): Line => {
  const found = lines[n]
  if (!found) throw new Error(`there is no line ${n}`)
  return found
}

beforeEach(() => {
  vi.useFakeTimers()
  lines = []
  live = new LiveSocket(() => {
    const next = new Line()
    lines.push(next)
    return next
  })
})
afterEach(() => vi.useRealTimers())

describe('LiveSocket', () => {
  it('tells when the server closed the line because nobody is signed in, and tries again', () => {
    const refused = vi.fn()
    live.onRefused(refused)
    live.subscribe('inbox', () => {})
    line(0).accept()
    line(0).break()
    expect(refused).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1000)
    line(1).accept()
    line(1).break(4401)
    expect(refused).toHaveBeenCalledOnce()
    vi.advanceTimersByTime(1000)
    expect(lines).toHaveLength(3)
  })

  it('tells others of a topic only while the line is up', () => {
    live.subscribe('editing:w', () => {})
    live.present('editing:w', { cursor: [1, 2] })
    line(0).accept()
    live.present('editing:w', { cursor: [3, 4] })
    expect(line(0).sent.at(-1)).toEqual({ op: 'present', topic: 'editing:w', state: { cursor: [3, 4] } })
    expect(line(0).sent).toHaveLength(2)
  })

  it('opens one line, and subscribes a shared topic once', () => {
    const first = live.subscribe('inbox', () => {})
    const second = live.subscribe('inbox', () => {})
    line(0).accept()
    expect(lines).toHaveLength(1)
    expect(line(0).sent).toEqual([{ op: 'subscribe', topic: 'inbox', after: 0 }])
    first()
    expect(line(0).sent).toHaveLength(1)
    second()
    expect(line(0).sent.at(-1)).toEqual({ op: 'unsubscribe', topic: 'inbox' })
  })

  it('hands a message to the listeners of its topic only', () => {
    const heard = vi.fn()
    const other = vi.fn()
    live.subscribe('runs', heard)
    live.subscribe('inbox', other)
    line(0).accept()
    line(0).say({ op: 'run', topic: 'runs', run: { id: 'r1' } })
    expect(heard).toHaveBeenCalledOnce()
    expect(other).not.toHaveBeenCalled()
  })

  it('comes back with growing pauses and names the last event it saw', () => {
    let seq = 0
    const back = vi.fn()
    live.onReconnect(back)
    live.subscribe(
      'run:r1',
      () => {},
      () => seq,
    )
    line(0).accept()
    seq = 7
    line(0).break()
    expect(live.connection).toBe('waiting')
    vi.advanceTimersByTime(700)
    line(1).break()
    vi.advanceTimersByTime(700)
    expect(lines).toHaveLength(2)
    vi.advanceTimersByTime(700)
    line(2).accept()
    expect(line(2).sent).toEqual([{ op: 'subscribe', topic: 'run:r1', after: 7 }])
    expect(back).toHaveBeenCalledOnce()
  })

  it('gives up a line that has gone silent', () => {
    live.subscribe('inbox', () => {})
    line(0).accept()
    vi.advanceTimersByTime(61_000)
    expect(line(0).readyState).toBe(3)
    expect(lines.length).toBeGreaterThan(1)
  })

  it('hangs up when nobody listens any more', () => {
    live.subscribe('inbox', () => {})()
    line(0).accept()
    vi.advanceTimersByTime(5000)
    expect(live.connection).toBe('idle')
    expect(line(0).readyState).toBe(3)
  })
})

describe('RunFeed', () => {
  const event = (seq: number, type: string): RunEvent => ({ seq, at: seq, attempt: 1, type }) as RunEvent

  it('joins snapshot and events without a repeat, and resumes where it was', () => {
    const feed = new RunFeed('r1', live)
    const painted = vi.fn()
    feed.subscribe(painted)
    line(0).accept()
    line(0).say({
      op: 'snapshot',
      topic: 'run:r1',
      run: { id: 'r1' },
      events: [event(1, 'run.queued')],
      seq: 1,
    })
    line(0).say({ op: 'events', topic: 'run:r1', events: [event(2, 'run.started')] })
    vi.advanceTimersByTime(40)
    expect(painted).toHaveBeenCalledOnce()
    line(0).break()
    vi.advanceTimersByTime(700)
    line(1).accept()
    expect(line(1).sent).toEqual([{ op: 'subscribe', topic: 'run:r1', after: 2 }])
    const events = [event(2, 'run.started'), event(3, 'run.succeeded')]
    line(1).say({ op: 'snapshot', topic: 'run:r1', run: { id: 'r1' }, events, seq: 3 })
    vi.advanceTimersByTime(40)
    expect(feed.view.events.map(({ seq }) => seq)).toEqual([1, 2, 3])
    expect(feed.view.state.status).toBe('succeeded')
  })

  it('tells why there is nothing to see', () => {
    const feed = new RunFeed('r1', live)
    feed.subscribe(() => {})
    line(0).accept()
    line(0).say({ op: 'error', topic: 'run:r1', code: 'run.not_found', message: 'there is no run r1' })
    vi.advanceTimersByTime(40)
    expect(feed.view.problem).toBe('there is no run r1')
  })
})
