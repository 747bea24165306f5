/** What the canvas shows of a run: the state that the run's events fold to. */
import { createStore, type StoreApi } from 'zustand/vanilla'
import type { EdgeRun, NodeRun } from '@/api/run-state'
import type { StepStatus } from '@/api/types'

export interface RunView {
  runId: string | null
  nodes: Readonly<Record<string, NodeRun>>
  edges: Readonly<Record<string, EdgeRun>>
  /** Nodes whose result no longer belongs to the draft: they, or something before them, changed since. */
  stale: ReadonlySet<string>
}

const worstFirst: readonly StepStatus[] = [
  'failed',
  'paused',
  'retrying',
  'running',
  'queued',
  'cancelled',
  'succeeded',
  'skipped',
]

/** How several nodes fare, as one: what needs somebody first, then what is not done yet. */
export function worstStatus(nodes: readonly (NodeRun | undefined)[]): StepStatus | undefined {
  return worstFirst.find((status) => nodes.some((node) => node?.status === status))
}

type Listener = () => void
type Subscribe = (id: string, listener: Listener) => Listener

export interface RunViewStore extends StoreApi<RunView> {
  /** Calls back when this node's part changed: a thousand cards need not look at each event of one. */
  onNode: Subscribe
  onEdge: Subscribe
}

export const noRun: RunView = { runId: null, nodes: {}, edges: {}, stale: new Set() }

export function createRunViewStore(): RunViewStore {
  const store = createStore<RunView>(() => noRun)
  const nodes = new Listeners()
  const edges = new Listeners()
  store.subscribe((now, before) => {
    nodes.tell(
      (id) => now.nodes[id] !== before.nodes[id] || now.stale.has(id) !== before.stale.has(id),
      now.nodes !== before.nodes || now.stale !== before.stale,
    )
    edges.tell((id) => now.edges[id] !== before.edges[id], now.edges !== before.edges)
  })
  return { ...store, onNode: nodes.add, onEdge: edges.add }
}

class Listeners {
  private readonly byId = new Map<string, Set<Listener>>()

  add: Subscribe = (id, listener) => {
    const known = this.byId.get(id) ?? new Set()
    this.byId.set(id, known.add(listener))
    return () => {
      known.delete(listener)
      if (known.size === 0 && this.byId.get(id) === known) this.byId.delete(id)
    }
  }

  tell(isChanged: (id: string) => boolean, isAny: boolean): void {
    if (!isAny) return
    for (const [id, listeners] of this.byId) {
      if (isChanged(id)) for (const listener of listeners) listener()
    }
  }
}
