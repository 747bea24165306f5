/** Who else has this workflow open. A store of its own: pointers move often, the page does not. */
import { createStore, type StoreApi } from 'zustand'
import type { Person } from '@/api/live-socket'

export interface Presence {
  people: readonly Person[]
  /** The newest revision of the draft that was heard of. */
  revision: number
}

export type PresenceStore = StoreApi<Presence>

export function createPresenceStore(): PresenceStore {
  return createStore<Presence>(() => ({ people: [], revision: 0 }))
}

const colours = 6

/** A colour that stays a tab's own, for all who see it. */
export function colourOf(person: Pick<Person, 'id'>): string {
  let sum = 0
  for (const letter of person.id) sum = (sum * 31 + letter.charCodeAt(0)) % 9973
  return `var(--person-${(sum % colours) + 1})`
}

export function initialsOf(name: string): string {
  const words = name.trim().split(/[\s@.]+/)
  return ((words[0]?.[0] ?? '?') + (words.length > 1 ? (words.at(-1)?.[0] ?? '') : '')).toUpperCase()
}
