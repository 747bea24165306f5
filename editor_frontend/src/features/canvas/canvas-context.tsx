import { ReactFlowProvider, useStore as useFlowStore } from '@xyflow/react'
import { createContext, type ReactNode, useContext, useState } from 'react'
import { useStore } from 'zustand'
import type { Mark } from '@/graph/compare'
import type { Point } from '@/graph/document'
import type { NodeGroupInfo, NodeLibrary } from '@/graph/node-type'
import type { PlaceRequest } from '@/graph/place'
import type { Problem } from '@/graph/validate'
import type { WorkflowState, WorkflowStore } from '@/graph/workflow-store'
import {
  type CanvasUi,
  type CanvasUiStore,
  createCanvasUiStore,
  createMotionStore,
  type MotionStore,
} from './canvas-ui'
import type { RunView, RunViewStore } from './run-view'

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
  /** Problems by node id, worst first. */
  problems: ReadonlyMap<string, Problem[]>
  /** Node ids in flow order. */
  order: readonly string[]
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

export function CanvasProvider({ children, ...setup }: CanvasSetup & { children: ReactNode }) {
  const [own] = useState(() => ({
    ui: createCanvasUiStore(),
    motion: createMotionStore(),
    pointer: { current: [0, 0] as Point },
  }))
  return (
    <ReactFlowProvider>
      <CanvasContext.Provider value={{ ...setup, ...own }}>{children}</CanvasContext.Provider>
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

export function useRunView<T>(select: (view: RunView) => T): T {
  return useStore(useCanvas().runView, select)
}

export function useCanvasUi<T>(select: (ui: CanvasUi) => T): T {
  return useStore(useCanvas().ui, select)
}

/** So far away that small text cannot be read: it is then not drawn, which keeps large graphs smooth. */
export function useIsFar(): boolean {
  return useFlowStore((state) => state.transform[2] < 0.4)
}
