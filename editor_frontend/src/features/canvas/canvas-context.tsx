import { ReactFlowProvider } from '@xyflow/react'
import {
  createContext,
  type ReactNode,
  useCallback,
  useContext,
  useMemo,
  useState,
  useSyncExternalStore,
} from 'react'
import { useStore } from 'zustand'
import type { EdgeRun, NodeRun } from '@/api/run-state'
import type { Mark } from '@/graph/compare'
import type { Point } from '@/graph/document'
import type { NodeGroupInfo, NodeLibrary } from '@/graph/node-type'
import type { PlaceRequest } from '@/graph/place'
import type { WorkflowState, WorkflowStore } from '@/graph/workflow-store'
import {
  type CanvasUi,
  type CanvasUiStore,
  createCanvasUiStore,
  createMotionStore,
  type MotionStore,
} from './canvas-ui'
import type { Facts, FactsStore } from './facts'
import type { RunView, RunViewStore } from './run-view'
import { openingDistance } from './viewport'

/** What the canvas asks of the page it is on. */
export interface CanvasHost {
  openNode: (id: string) => void
  /** Goes into a node that is a workflow of its own; false when it is none. */
  enterNode?: (id: string) => boolean
  openPalette: (request: PlaceRequest, screen: Point) => void
  notify: (message: string, kind?: 'info' | 'error') => void
}

export interface CanvasSetup {
  store: WorkflowStore
  runView: RunViewStore
  library: NodeLibrary
  groups: ReadonlyMap<string, NodeGroupInfo>
  facts: FactsStore
  isReadOnly: boolean
  /** What two versions differ by, by node id and edge key, when two are compared. */
  marks?: ReadonlyMap<string, Mark>
  host: CanvasHost
}

interface CanvasContextValue extends CanvasSetup {
  ui: CanvasUiStore
  motion: MotionStore
  /** Where the pointer was last seen over the canvas, on the screen. */
  pointer: { current: Point }
}

const CanvasContext = createContext<CanvasContextValue | null>(null)

/** What it is given keeps its identity: a thousand cards read it, and each change of it draws them all. */
export function CanvasProvider({ children, ...setup }: CanvasSetup & { children: ReactNode }) {
  const { store, runView, library, groups, facts, isReadOnly, marks, host } = setup
  const [own] = useState(() => ({
    ui: createCanvasUiStore(openingDistance(store.getState(), isReadOnly)),
    motion: createMotionStore(),
    pointer: { current: [0, 0] as Point },
  }))
  const value = useMemo<CanvasContextValue>(
    () => ({ store, runView, library, groups, facts, isReadOnly, ...(marks && { marks }), host, ...own }),
    [store, runView, library, groups, facts, isReadOnly, marks, host, own],
  )
  return (
    <ReactFlowProvider>
      <CanvasContext.Provider value={value}>{children}</CanvasContext.Provider>
    </ReactFlowProvider>
  )
}

export function useCanvas(): CanvasContextValue {
  const value = useContext(CanvasContext)
  if (!value) throw new Error('The canvas needs a CanvasProvider around it')
  return value
}

export function useWorkflow<T>(select: (state: WorkflowState) => T): T {
  return useStore(useCanvas().store, select)
}

export function useFacts<T>(select: (facts: Facts) => T): T {
  return useStore(useCanvas().facts, select)
}

/** Reads the whole run: for the few that are not about one node. */
export function useRunView<T>(select: (view: RunView) => T): T {
  return useStore(useCanvas().runView, select)
}

/** A node's part of the run on the canvas. */
export function useNodeRun(id: string): NodeRun | undefined {
  const { runView } = useCanvas()
  const subscribe = useCallback((listener: () => void) => runView.onNode(id, listener), [runView, id])
  return useSyncExternalStore(subscribe, () => runView.getState().nodes[id])
}

/** Whether a node's result no longer belongs to the draft. */
export function useIsStale(id: string): boolean {
  const { runView } = useCanvas()
  const subscribe = useCallback((listener: () => void) => runView.onNode(id, listener), [runView, id])
  return useSyncExternalStore(subscribe, () => runView.getState().stale.has(id))
}

/** What crossed an edge in the run on the canvas. */
export function useEdgeRun(id: string): EdgeRun | undefined {
  const { runView } = useCanvas()
  const subscribe = useCallback((listener: () => void) => runView.onEdge(id, listener), [runView, id])
  return useSyncExternalStore(subscribe, () => runView.getState().edges[id])
}

export function useCanvasUi<T>(select: (ui: CanvasUi) => T): T {
  return useStore(useCanvas().ui, select)
}

/** So far away that small text cannot be read: it is then not drawn, which keeps large graphs smooth. */
export function useIsFar(): boolean {
  return useCanvasUi((ui) => ui.distance !== 'near')
}
