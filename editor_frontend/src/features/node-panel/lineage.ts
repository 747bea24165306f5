/** Which item the pointer is on, shared by both panes: the other one marks where it came from or went. */
import { createContext, useContext } from 'react'
import { createStore, type StoreApi, useStore } from 'zustand'

export interface Hovered {
  side: 'in' | 'out'
  /** Its place among all input items, or in its output port. */
  place: number
  /** Of an output item: the input places that it came from. */
  origins: readonly number[]
}

interface Lineage {
  hovered: Hovered | null
}

export type LineageStore = StoreApi<Lineage>

export function createLineage(): LineageStore {
  return createStore(() => ({ hovered: null }))
}

export const LineageContext = createContext<LineageStore>(createLineage())

export function useLineageStore(): LineageStore {
  return useContext(LineageContext)
}

/** What is hovered on the other side; null while it is on this side or nowhere. */
export function useHoveredOpposite(side: Hovered['side']): Hovered | null {
  return useStore(useLineageStore(), ({ hovered }) => (hovered && hovered.side !== side ? hovered : null))
}

/** Whether an item of this side belongs to what is hovered on the other. */
export function isRelated(hovered: Hovered | null, place: number, origins: readonly number[]): boolean {
  if (!hovered) return false
  return hovered.side === 'out' ? hovered.origins.includes(place) : origins.includes(hovered.place)
}

const mostNamed = 5

/** "item 3", "items 3, 4 and 7", "items 1, 2, 3, 4, 5 and 12 more". */
export function placesText(places: readonly number[]): string {
  const named = places.slice(0, mostNamed).map((place) => (place + 1).toLocaleString('en'))
  if (places.length > mostNamed)
    return `items ${named.join(', ')} and ${(places.length - mostNamed).toLocaleString('en')} more`
  const last = named.pop()
  return named.length === 0 ? `item ${last}` : `items ${named.join(', ')} and ${last}`
}
