/** What the canvas shows of a run: the state that the run's events fold to. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EdgeRun, NodeRun } from '@/api/run-state'

export interface RunView {
  runId: string | null
  nodes: Readonly<Record<string, NodeRun>>
  edges: Readonly<Record<string, EdgeRun>>
  /** Nodes whose result no longer belongs to the draft: they, or something before them, changed since. */
  stale: ReadonlySet<string>
}

export type RunViewStore = StoreApi<RunView>

export const noRun: RunView = { runId: null, nodes: {}, edges: {}, stale: new Set() }

export function createRunViewStore(): RunViewStore {
  return createStore<RunView>(() => noRun)
}
