import { useCallback, useEffect, useState } from 'react'
import { type ChatLine, chatReply, sendChat } from '@/api/chat'
import { errorText } from '@/api/client'
import { useRunView } from '@/api/live'
import { isFinal, type RunState } from '@/api/run-state'
import { showToast } from '@/ui/toast-store'

export interface ChatEntry extends ChatLine {
  id: number
  runId: string | null
  /** Why there is no reply. */
  problem: string | null
}

export interface Chat {
  entries: readonly ChatEntry[]
  /** The run that is working on a reply. */
  runId: string | null
  /** What a model has said of it so far. */
  speaking: string
  /** What the run waits for, such as a person. */
  waiting: string | null
  say: (message: string) => Promise<void>
  startAnew: () => void
}

interface Conversation {
  session: string
  entries: readonly ChatEntry[]
}

const mostHistory = 50
const mostCharacters = 200_000
const longestEntry = 100_000
/** Conversations outlive the drawer, not the page. */
const kept = new Map<string, Conversation>()
let lastId = 0

function newConversation(): Conversation {
  // Not randomUUID, which plain http has not.
  const name = crypto.getRandomValues(new Uint32Array(4)).join('-')
  return { session: name, entries: [] }
}

interface ChatParts {
  workflowId: string
  node: string
  version: 'draft' | 'live'
  /** Saves the draft first, so that what is on the screen answers. */
  saveNow: () => Promise<void>
  onRun: (runId: string) => void
}

export function useChat({ workflowId, node, version, saveNow, onRun }: ChatParts): Chat {
  const key = `${workflowId} ${node}`
  const [talk, setTalk] = useState(() => kept.get(key) ?? newConversation())
  const [runId, setRunId] = useState<string | null>(null)
  useEffect(() => void kept.set(key, talk), [key, talk])
  const add = useCallback((entry: Omit<ChatEntry, 'id'>) => {
    lastId += 1
    const id = lastId
    setTalk((before) => ({ ...before, entries: [...before.entries, { ...entry, id }] }))
  }, [])
  const isSaid = useRunView(runId, ({ state, isLoaded }) => isLoaded && hasReply(state))
  useEffect(() => {
    if (!runId || !isSaid) return
    let isWanted = true
    const tell = (content: string, problem: string | null) => {
      if (!isWanted) return
      add({ role: 'assistant', content, runId, problem })
      setRunId(null)
    }
    chatReply(workflowId, runId)
      .then(({ reply, error, status }) =>
        tell(reply ?? '', reply === null ? (problemOf(error) ?? `The run was ${status}.`) : null),
      )
      .catch((error: unknown) => tell('', errorText(error)))
    return () => {
      isWanted = false
    }
  }, [workflowId, runId, isSaid, add])
  const say = async (message: string) => {
    const history = saidBefore(talk.entries)
    add({ role: 'user', content: message, runId: null, problem: null })
    try {
      if (version === 'draft') await saveNow()
      const started = await sendChat(workflowId, { message, session: talk.session, history, node, version })
      setRunId(started.run_id)
      onRun(started.run_id)
    } catch (error) {
      showToast(errorText(error), { tone: 'problem' })
      add({ role: 'assistant', content: '', runId: null, problem: errorText(error) })
    }
  }
  return {
    entries: talk.entries,
    runId,
    speaking: useRunView(runId, ({ state }) => speakingIn(state)),
    waiting: useRunView(runId, ({ state }) => waitingIn(state)),
    say,
    startAnew: () => {
      setRunId(null)
      setTalk(newConversation())
    },
  }
}

/** As much of the end of the conversation as one message may carry. */
function saidBefore(entries: readonly ChatEntry[]): ChatLine[] {
  const said = entries
    .filter(({ content }) => content !== '')
    .slice(-mostHistory)
    .map(({ role, content }) => ({ role, content: content.slice(0, longestEntry) }))
  let left = mostCharacters
  return said.slice(
    said.findLastIndex(({ content }) => {
      left -= content.length
      return left < 0
    }) + 1,
  )
}

function hasReply(state: RunState): boolean {
  return isFinal(state.status) || state.replied !== null
}

/** The words of the node that speaks now, or spoke last. */
function speakingIn(state: RunState): string {
  const texts = Object.values(state.nodes).filter(({ text }) => text !== '')
  return texts.sort((a, b) => (a.startedAt ?? 0) - (b.startedAt ?? 0)).at(-1)?.text ?? ''
}

function waitingIn(state: RunState): string | null {
  return Object.values(state.nodes).find(({ status }) => status === 'paused')?.waiting?.reason ?? null
}

function problemOf(error: { [key: string]: unknown } | null): string | null {
  return typeof error?.message === 'string' ? error.message : null
}
