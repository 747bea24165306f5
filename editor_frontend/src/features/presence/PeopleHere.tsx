import type { CSSProperties } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/shallow'
import { Tooltip } from '@/ui/Tooltip'
import styles from './presence.module.css'
import { colourOf, initialsOf, type PresenceStore } from './presence-store'

interface PeopleHereProps {
  presence: PresenceStore
  /** Ours: the same person may have it open twice. */
  userId: string | undefined
  /** Brings what that person looks at into view. */
  onFollow: (tab: string) => void
}

const mostShown = 4

/** Who else has this workflow open. */
export function PeopleHere({ presence, userId, onFollow }: PeopleHereProps) {
  const tabs = useStore(
    presence,
    useShallow((state) => state.people.map((one) => `${one.id}\n${one.user}\n${one.name}`)),
  )
  if (tabs.length === 0) return null
  const people = tabs.map((tab) => {
    const [id = '', user = '', name = ''] = tab.split('\n')
    return { id, name: user === userId ? `${name} (you, in another tab)` : name }
  })
  const more = people.slice(mostShown).map((person) => person.name)
  return (
    <ul className={styles.people} aria-label="Also here">
      {people.slice(0, mostShown).map((person) => (
        <li key={person.id}>
          <Tooltip text={`${person.name} · go there`}>
            <button
              type="button"
              aria-label={person.name}
              className={styles.person}
              style={{ '--person': colourOf(person) } as CSSProperties}
              onClick={() => onFollow(person.id)}
            >
              {initialsOf(person.name)}
            </button>
          </Tooltip>
        </li>
      ))}
      {more.length > 0 && (
        <li className={styles.more} title={more.join(', ')}>
          +{more.length}
        </li>
      )}
    </ul>
  )
}
