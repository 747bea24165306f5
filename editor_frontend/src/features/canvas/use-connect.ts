import {
  type Connection,
  type OnConnectEnd,
  type OnConnectStart,
  type OnReconnect,
  useReactFlow,
} from '@xyflow/react'
import { useMemo } from 'react'
import { edgeKey, nodeHeight, nodeWidth, type WorkflowEdge } from '@/graph/document'
import { connectionProblem, disconnect, reconnect } from '@/graph/edge-commands'
import { edgeTo, type LooseEnd } from '@/graph/joining'
import { useCanvas } from './canvas-context'
import { beginConnecting, clickNode, join, joinNode, stopConnecting } from './connecting'
import { nodeAt, screenPoint } from './hit-test'
import type { FlowEdge, FlowNode } from './mapping'

/** Drawing edges: to a port, onto a card, or into empty space, where the palette offers what fits. */
export function useConnect() {
  const canvas = useCanvas()
  const flow = useReactFlow()
  return useMemo(() => {
    const { store, library, host } = canvas
    const onConnect = (connection: Connection) => join(canvas, edgeOf(connection))
    // The library also reports the end of a reconnection as the end of a connection.
    let isReconnecting = false
    const onReconnectStart = (_: unknown, edge: FlowEdge, movedFrom: 'source' | 'target') => {
      isReconnecting = true
      const { document } = store.getState()
      const moved = document.edges.find((known) => edgeKey(known) === edge.id)
      const rest = { ...document, edges: document.edges.filter((known) => known !== moved) }
      if (moved) beginConnecting(canvas, fixedEnd(moved, movedFrom), 'drag', rest)
    }
    const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
      const side = handleType === 'source' ? 'output' : 'input'
      if (nodeId && !isReconnecting)
        beginConnecting(canvas, { node: nodeId, port: handleId ?? 'main', side }, 'drag')
    }
    const onConnectEnd: OnConnectEnd = (event, state) => {
      stopConnecting(canvas)
      if (isReconnecting) return
      if (state.isValid || state.toHandle || !state.fromNode || !state.fromHandle) return
      const side = state.fromHandle.type === 'source' ? 'output' : 'input'
      const from: LooseEnd = { node: state.fromNode.id, port: state.fromHandle.id ?? 'main', side }
      const screen = screenPoint(event)
      const target = nodeAt(screen)
      if (target === from.node) return
      if (target) {
        joinNode(canvas, from, target)
        return
      }
      const { x, y } = flow.screenToFlowPosition({ x: screen[0], y: screen[1] })
      host.openPalette(
        { position: [side === 'output' ? x : x - nodeWidth, y - nodeHeight / 2], from },
        screen,
      )
    }
    const onReconnect: OnReconnect<FlowEdge> = (old, connection) => {
      store.getState().dispatch(reconnect(old.id, edgeOf(connection)))
    }
    const onReconnectEnd = (
      event: MouseEvent | TouchEvent,
      edge: FlowEdge,
      movedFrom: 'source' | 'target',
      state: { isValid: boolean | null; toHandle: unknown },
    ) => {
      isReconnecting = false
      stopConnecting(canvas)
      if (state.isValid || state.toHandle) return
      const { document, dispatch } = store.getState()
      const original = document.edges.find((known) => edgeKey(known) === edge.id)
      if (!original) return
      const target = nodeAt(screenPoint(event))
      const next = target && edgeTo(document, library, fixedEnd(original, movedFrom), target)
      if (typeof next === 'string') host.notify(next, 'error')
      else dispatch(next ? reconnect(edge.id, next) : disconnect([edge.id]))
    }
    const isValidConnection = (connection: Connection | FlowEdge) =>
      connectionProblem(store.getState().document, edgeOf(connection)) === null
    return {
      onConnect,
      onConnectStart,
      onConnectEnd,
      onReconnectStart,
      onReconnect,
      onReconnectEnd,
      isValidConnection,
      connectOnClick: false,
      onNodeClick: (_: unknown, node: FlowNode) => {
        if (node.type === 'card') clickNode(canvas, node.id)
      },
      onPaneClick: () => stopConnecting(canvas),
    }
  }, [canvas, flow])
}

/** The library names the end that stays. */
function fixedEnd(edge: WorkflowEdge, movedFrom: 'source' | 'target'): LooseEnd {
  return movedFrom === 'source'
    ? { node: edge.source, port: edge.output, side: 'output' }
    : { node: edge.target, port: edge.input, side: 'input' }
}

function edgeOf(connection: {
  source: string
  target: string
  sourceHandle?: string | null
  targetHandle?: string | null
}): WorkflowEdge {
  return {
    source: connection.source,
    output: connection.sourceHandle ?? 'main',
    target: connection.target,
    input: connection.targetHandle ?? 'main',
  }
}
