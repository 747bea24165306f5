/** Passing state of the canvas: hovering, menus, renaming. Never saved, never undone. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { Point } from '@/graph/document'
import type { Guide } from '@/graph/guides'

export interface MenuTarget {
  kind: 'node' | 'edge' | 'selection' | 'pane'
  id: string
  screen: Point
}

export interface CanvasUi {
  hoveredEdge: string | null
  /** The edge that a dragged node would be inserted into. */
  dropEdge: string | null
  renaming: string | null
  menu: MenuTarget | null
  /** When set, everything else is dimmed. */
  spotlight: ReadonlySet<string> | null
  isFinding: boolean
  isOutlineOpen: boolean
}

export type CanvasUiStore = StoreApi<CanvasUi>

export function createCanvasUiStore(): CanvasUiStore {
  return createStore<CanvasUi>(() => ({
    hoveredEdge: null,
    dropEdge: null,
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
