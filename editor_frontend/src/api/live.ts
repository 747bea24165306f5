/** Hooks on the live line: runs, lists of runs, the inbox. */
import { type QueryClient, useQuery, useQueryClient } from '@tanstack/react-query'
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { inboxKeys } from './inbox'
import { type Connection, type LiveMessage, LiveSocket, type Person, type Socket } from './live-socket'
import { emptyRunView, RunFeeds, type RunView } from './run-feed'
import type { NodeRun } from './run-state'
import { runKeys } from './runs'
import { sessionQuery } from './session'
import type { RunSummary, Session } from './types'
import { workflowKeys } from './workflows'

function liveUrl(): string {
  return `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/ws/live`
}

const live = new LiveSocket(() => new WebSocket(liveUrl()) as Socket)
const feeds = new RunFeeds(live)
const nothing = () => {}
const refetchAfterMs = 150

/** Keeps fetched lists true over reconnections. Call once; returns the way to stop. */
export function connectLive(client: QueryClient): () => void {
  const online = () => live.retryNow()
  const stop = live.onReconnect(() => {
    for (const queryKey of [runKeys.all, workflowKeys.all, inboxKeys.all]) {
      void client.invalidateQueries({ queryKey })
    }
  })
  const stopRefused = live.onRefused(() => void client.invalidateQueries(sessionQuery))
  window.addEventListener('online', online)
  return () => {
    stop()
    stopRefused()
    window.removeEventListener('online', online)
  }
}

export function useConnection(): Connection {
  return useSyncExternalStore(
    (listener) => live.watch(listener),
    () => live.connection,
  )
}

/** The run's events, the state they fold to, and its summary, as they come in. */
export function useRunEvents(runId: string | null | undefined): RunView {
  return useRunView(runId, (view) => view)
}

/** A part of the run's view; renders again only when that part changes identity. */
export function useRunView<T>(runId: string | null | undefined, select: (view: RunView) => T): T {
  const feed = runId ? feeds.of(runId) : null
  const subscribe = useCallback((listener: () => void) => (feed ? feed.subscribe(listener) : nothing), [feed])
  return useSyncExternalStore(subscribe, () => select(feed?.view ?? emptyRunView))
}

/** One node's part: what a card on the canvas reads. */
export function useRunNode(runId: string | null | undefined, nodeId: string): NodeRun | undefined {
  return useRunView(runId, (view) => view.state.nodes[nodeId])
}

/** Calls back with every message of a topic. `onMessage` must keep its identity. */
export function useTopic(topic: string | null, onMessage: (message: LiveMessage) => void): void {
  useEffect(() => (topic ? live.subscribe(topic, onMessage) : undefined), [topic, onMessage])
}

/** Tells the others who watch a topic of people what we do there. */
export function tellPresence(topic: string, state: Omit<Person, 'id' | 'user' | 'name'>): void {
  live.present(topic, state)
}

type RunMap = ReadonlyMap<string, RunSummary>
const noRuns: RunMap = new Map()
const mostKept = 500

function useRunTopic(topic: string | null): RunMap {
  const [runs, setRuns] = useState<RunMap>(noRuns)
  const receive = useCallback((message: LiveMessage) => {
    if (message.op === 'run') setRuns((known) => keep(known, message.run))
  }, [])
  useTopic(topic, receive)
  return runs
}

function keep(known: RunMap, run: RunSummary): RunMap {
  const before = known.get(run.id)
  if (before && before.last_seq > run.last_seq) return known
  const entries = [...known].filter(([id]) => id !== run.id)
  return new Map([...entries.slice(-mostKept), [run.id, run]])
}

/** Summaries of all runs that changed since the page opened, by id. */
export function useRunsFeed(): RunMap {
  return useRunTopic('runs')
}

/** The same for one workflow. */
export function useWorkflowRuns(workflowId: string | null | undefined): RunMap {
  return useRunTopic(workflowId ? `workflow:${workflowId}` : null)
}

/** Fetched summaries with what the live line knows better, newest first. */
export function mergeRuns(
  fetched: readonly RunSummary[],
  changed: RunMap,
  matches: (run: RunSummary) => boolean = () => true,
): RunSummary[] {
  const merged = new Map(fetched.map((run) => [run.id, run]))
  for (const [id, run] of changed) {
    const before = merged.get(id)
    if (!before || before.last_seq <= run.last_seq) merged.set(id, run)
  }
  // Ids are ULIDs: their order is the order of creation.
  return [...merged.values()].filter(matches).sort((a, b) => (a.id < b.id ? 1 : -1))
}

export function useMergedRuns(
  fetched: readonly RunSummary[],
  changed: RunMap,
  matches?: (run: RunSummary) => boolean,
): RunSummary[] {
  return useMemo(() => mergeRuns(fetched, changed, matches), [fetched, changed, matches])
}

/** Open tasks, live; a change also refreshes the lists of tasks. */
export function useInboxCount(): number {
  const client = useQueryClient()
  const refetch = useRef<ReturnType<typeof setTimeout>>(undefined)
  const receive = useCallback(
    (message: LiveMessage) => {
      if (message.op !== 'inbox') return
      client.setQueryData<Session>(sessionQuery.queryKey, (session) =>
        session ? { ...session, inbox_open: message.open } : session,
      )
      // Many tasks may come within a moment: one answer for all of them is enough.
      refetch.current ??= setTimeout(() => {
        refetch.current = undefined
        void client.invalidateQueries({ queryKey: inboxKeys.all })
      }, refetchAfterMs)
    },
    [client],
  )
  useTopic('inbox', receive)
  return useQuery({ ...sessionQuery, select: (session) => session.inbox_open }).data ?? 0
}
