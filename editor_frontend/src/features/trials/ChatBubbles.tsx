import { Clock, TriangleAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { Link } from 'react-router'
import { classes } from '@/ui/classes'
import { Prose } from '@/ui/Prose'
import styles from './chat.module.css'
import type { Chat, ChatEntry } from './use-chat'

/** What was said; the reply under way grows as its words come. */
export function ChatBubbles({ chat, greeting }: { chat: Chat; greeting: string }) {
  const end = useRef<HTMLDivElement>(null)
  const { entries, runId, speaking, waiting } = chat
  // biome-ignore lint/correctness/useExhaustiveDependencies: new words are the reason to look at the end
  useEffect(() => {
    end.current?.scrollIntoView({ block: 'end' })
  }, [entries.length, speaking, waiting])
  return (
    <div className={styles.bubbles} role="log" aria-label="Conversation" aria-busy={runId !== null}>
      {greeting && (
        <div className={styles.bubble}>
          <Prose text={greeting} />
        </div>
      )}
      {entries.map((entry) => (
        <Bubble key={entry.id} entry={entry} />
      ))}
      {runId && (
        <div className={styles.bubble}>
          {speaking ? <Prose text={speaking} /> : waiting ? <Waiting reason={waiting} /> : <Thinking />}
        </div>
      )}
      <div ref={end} />
    </div>
  )
}

function Bubble({ entry }: { entry: ChatEntry }) {
  const { role, content, problem, runId } = entry
  if (problem) {
    return (
      <div className={classes(styles.bubble, styles.problem)}>
        <TriangleAlert aria-hidden="true" />
        <p>{problem}</p>
        {runId && <Link to={`/runs/${runId}`}>Look at the run</Link>}
      </div>
    )
  }
  return (
    <div className={classes(styles.bubble, role === 'user' && styles.own)}>
      {content === '' ? (
        <p className={styles.quiet}>The run ended without a reply.</p>
      ) : (
        <Prose text={content} />
      )}
    </div>
  )
}

function Waiting({ reason }: { reason: string }) {
  return (
    <p className={styles.waiting}>
      <Clock aria-hidden="true" />
      {reason}
    </p>
  )
}

function Thinking() {
  return (
    <p className={styles.thinking}>
      <span className="visually-hidden">Working on a reply</span>
      <i />
      <i />
      <i />
    </p>
  )
}
