/** Passing state of the canvas: hovering, menus, renaming. Never saved, never undone. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Point } from '@/graph/document'
import type { Guide } from '@/graph/guides'
import type { LooseEnd } from '@/graph/joining'

export interface MenuTarget {
  kind: 'node' | 'edge' | 'selection' | 'pane'
  id: string
  screen: Point
}

/** How far away the graph is: `far` hides small text, `distant` leaves title and state. */
export type Distance = 'near' | 'far' | 'distant'

const [farBelow, distantBelow] = [0.4, 0.3]

export function distanceAt(zoom: number): Distance {
  if (zoom >= farBelow) return 'near'
  return zoom < distantBelow ? 'distant' : 'far'
}

/** A connection that has one end so far. */
export interface Connecting extends LooseEnd {
  /** Held by the pointer, or waiting for a second click or Enter. */
  by: 'drag' | 'click'
  /** Why nodes cannot be its other end, by node id. */
  refusals: ReadonlyMap<string, string>
}

export interface CanvasUi {
  distance: Distance
  connecting: Connecting | null
  hoveredEdge: string | null
  /** The edge that a dragged node would be inserted into. */
  dropEdge: string | null
  /** The group that the dragged nodes would join. */
  dropGroup: string | null
  renaming: string | null
  menu: MenuTarget | null
  /** When set, everything else is dimmed. */
  spotlight: ReadonlySet<string> | null
  isFinding: boolean
  isOutlineOpen: boolean
}

export type CanvasUiStore = StoreApi<CanvasUi>

export function createCanvasUiStore(distance: Distance = 'near'): CanvasUiStore {
  return createStore<CanvasUi>(() => ({
    distance,
    connecting: null,
    hoveredEdge: null,
    dropEdge: null,
    dropGroup: null,
    renaming: null,
    menu: null,
    spotlight: null,
    isFinding: false,
    isOutlineOpen: false,
  }))
}

/** Places and sizes while something is dragged, resized or tidied: many times a second, so apart from the rest. */
export interface Motion {
  places: ReadonlyMap<string, Point>
  sizes: ReadonlyMap<string, Point>
  guides: readonly Guide[]
}

export type MotionStore = StoreApi<Motion>

export const atRest: Motion = { places: new Map(), sizes: new Map(), guides: [] }

export function createMotionStore(): MotionStore {
  return createStore<Motion>(() => atRest)
}
