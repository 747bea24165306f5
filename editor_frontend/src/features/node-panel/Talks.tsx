import { useState } from 'react'
import { PlaceStepper } from './PlaceStepper'
import styles from './Talks.module.css'
import { isAnswered, type Talk } from './talks'

const speakers: Record<string, string> = {
  system: 'Instructions',
  user: 'Asked',
  assistant: 'Answered',
  tool: 'Tool',
}

/** Word for word what a model was told and said, one talk at a time. */
export function Talks({ talks }: { talks: readonly Talk[] }) {
  const [chosen, setPlace] = useState<number | null>(null)
  const place = Math.min(chosen ?? Math.max(0, talks.findIndex(isAnswered)), talks.length - 1)
  const talk = talks[place]
  if (!talk) return null
  return (
    <details open>
      <summary>{talks.length === 1 ? 'Messages' : `Messages (asked ${talks.length} times)`}</summary>
      {talks.length > 1 && (
        <PlaceStepper place={place} count={talks.length} onChoose={setPlace} what="time" />
      )}
      <p className={styles.facts}>{factsOf(talk)}</p>
      <ol className={styles.messages}>
        {talk.messages.map(({ role, content }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the messages of one talk do not move
          <li key={index} data-role={role}>
            <span>{speakers[role] ?? role}</span>
            <p>{content}</p>
          </li>
        ))}
      </ol>
    </details>
  )
}

function factsOf(talk: Talk): string {
  const { model, tokensIn, tokensOut, cost, stopped } = talk
  if (!isAnswered(talk)) return `${model} · no answer came`
  const facts = [
    model,
    `${tokensIn.toLocaleString('en')} tokens in, ${tokensOut.toLocaleString('en')} out`,
    cost !== null && `$${cost.toFixed(cost < 0.01 ? 6 : 4)}`,
    stopped && `stopped: ${stopped}`,
  ]
  return facts.filter(Boolean).join(' · ')
}
