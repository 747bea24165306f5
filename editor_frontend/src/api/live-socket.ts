/** One websocket for the tab: topics with reference counts, reconnection with back-off, resumption. */
import type { RunEvent, RunSummary } from './types'

export type LiveMessage =
  | { op: 'snapshot'; topic: string; run: RunSummary; events: RunEvent[]; seq: number }
  | { op: 'events'; topic: string; events: RunEvent[] }
  | { op: 'delta'; topic: string; step: string; node: string; text: string }
  | { op: 'run'; topic: string; run: RunSummary }
  | { op: 'inbox'; topic: string; open: number }
  | { op: 'presence'; topic: string; revision: number; people: Person[] }
  | { op: 'error'; topic: string | null; code: string; message: string }
  | { op: 'pong' }

/** Someone else who has the workflow open: one tab of theirs. */
export interface Person {
  /** Of the tab. */
  id: string
  /** Of the person. */
  user: string
  name: string
  /** On the canvas, in the document's places. */
  cursor: [number, number] | null
  selection: string[]
  opened: string | null
}

export type Connection = 'idle' | 'connecting' | 'open' | 'waiting'

export type TopicListener = (message: LiveMessage) => void

interface Topic {
  listeners: Set<TopicListener>
  /** The last sequence number seen, so that the server sends only what is new. */
  after: () => number
}

/** The part of `WebSocket` that is used; tests bring their own. */
export interface Socket {
  readyState: number
  send: (text: string) => void
  close: () => void
  onopen: (() => void) | null
  onclose: ((event?: { code?: number }) => void) | null
  onmessage: ((event: { data: unknown }) => void) | null
}

const openState = 1
/** The server no longer knows who we are. */
const notSignedIn = 4401
const pingEveryMs = 20_000
const silenceMs = 45_000
const longestWaitMs = 15_000
/** A moved page lets go and takes hold again at once; the line stays up meanwhile. */
const lingerMs = 3_000

export class LiveSocket {
  connection: Connection = 'idle'
  private socket: Socket | null = null
  private readonly topics = new Map<string, Topic>()
  private readonly watchers = new Set<() => void>()
  private readonly reconnected = new Set<() => void>()
  private readonly refused = new Set<() => void>()
  private failures = 0
  private wasOpen = false
  private lastHeard = 0
  private retryTimer: ReturnType<typeof setTimeout> | undefined
  private pingTimer: ReturnType<typeof setInterval> | undefined
  private idleTimer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly connect: () => Socket) {}

  /** Several listeners share a topic; `after` is asked again at each reconnection. */
  subscribe(name: string, listener: TopicListener, after: () => number = () => 0): () => void {
    clearTimeout(this.idleTimer)
    const topic = this.topics.get(name)
    if (topic) topic.listeners.add(listener)
    else {
      this.topics.set(name, { listeners: new Set([listener]), after })
      this.send({ op: 'subscribe', topic: name, after: after() })
    }
    if (!this.socket && this.retryTimer === undefined) this.open()
    return () => this.unsubscribe(name, listener)
  }

  /** Called whenever `connection` changes. */
  watch(watcher: () => void): () => void {
    this.watchers.add(watcher)
    return () => this.watchers.delete(watcher)
  }

  /** Called when the line is back: lists that were fetched before may be out of date. */
  onReconnect(listener: () => void): () => void {
    this.reconnected.add(listener)
    return () => this.reconnected.delete(listener)
  }

  /** Called when the server closes the line because nobody is signed in any more. */
  onRefused(listener: () => void): () => void {
    this.refused.add(listener)
    return () => this.refused.delete(listener)
  }

  /** Tells the others of a topic; lost when the line is down. */
  present(topic: string, state: Record<string, unknown>): void {
    this.send({ op: 'present', topic, state })
  }

  /** Tries at once instead of waiting: the network is back, or someone signed in. */
  retryNow(): void {
    if (this.socket || this.topics.size === 0) return
    this.failures = 0
    clearTimeout(this.retryTimer)
    this.open()
  }

  private unsubscribe(name: string, listener: TopicListener): void {
    const topic = this.topics.get(name)
    if (!topic?.listeners.delete(listener) || topic.listeners.size > 0) return
    this.topics.delete(name)
    this.send({ op: 'unsubscribe', topic: name })
    if (this.topics.size === 0) this.idleTimer = setTimeout(() => this.shut(), lingerMs)
  }

  private shut(): void {
    clearTimeout(this.retryTimer)
    this.retryTimer = undefined
    this.drop()
    this.wasOpen = false
    this.change('idle')
  }

  private open(): void {
    this.retryTimer = undefined
    this.change('connecting')
    const socket = this.connect()
    this.socket = socket
    socket.onopen = () => this.opened()
    socket.onmessage = (event) => this.heard(event.data)
    socket.onclose = (event) => {
      if (this.socket !== socket) return
      this.lost()
      if (event?.code === notSignedIn) for (const listener of this.refused) listener()
    }
  }

  private opened(): void {
    this.failures = 0
    this.lastHeard = Date.now()
    this.change('open')
    for (const [topic, { after }] of this.topics) this.send({ op: 'subscribe', topic, after: after() })
    clearInterval(this.pingTimer)
    this.pingTimer = setInterval(() => this.ping(), pingEveryMs)
    if (this.wasOpen) for (const listener of this.reconnected) listener()
    this.wasOpen = true
  }

  private ping(): void {
    if (Date.now() - this.lastHeard > silenceMs) this.lost()
    else this.send({ op: 'ping' })
  }

  private lost(): void {
    this.drop()
    const wait = Math.min(longestWaitMs, 500 * 2 ** this.failures)
    this.failures += 1
    this.change('waiting')
    this.retryTimer = setTimeout(() => this.open(), wait * (0.75 + Math.random() * 0.5))
  }

  private drop(): void {
    clearInterval(this.pingTimer)
    const { socket } = this
    this.socket = null
    if (!socket) return
    socket.onopen = socket.onclose = socket.onmessage = null
    socket.close()
  }

  private heard(data: unknown): void {
    this.lastHeard = Date.now()
    const message = JSON.parse(String(data)) as LiveMessage
    if (message.op === 'pong' || message.topic === null) return
    for (const listener of this.topics.get(message.topic)?.listeners ?? []) listener(message)
  }

  private send(message: Record<string, unknown>): void {
    if (this.socket?.readyState === openState) this.socket.send(JSON.stringify(message))
  }

  private change(connection: Connection): void {
    if (this.connection === connection) return
    this.connection = connection
    for (const watcher of this.watchers) watcher()
  }
}
