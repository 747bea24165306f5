import {
  type Connection,
  type OnConnectEnd,
  type OnConnectStart,
  type OnReconnect,
  useReactFlow,
} from '@xyflow/react'
import { useMemo } from 'react'
import {
  edgeKey,
  findNode,
  nodeHeight,
  nodeWidth,
  type WorkflowDocument,
  type WorkflowEdge,
} from '@/graph/document'
import { connect, connectionProblem, disconnect, reconnect } from '@/graph/edge-commands'
import { inputPorts, type NodeLibrary, outputPorts } from '@/graph/node-type'
import { useCanvas } from './canvas-context'
import type { Loose } from './canvas-ui'
import { nodeAt, screenPoint } from './hit-test'
import type { FlowEdge } from './mapping'

/** Drawing edges: to a port, onto a card, or into empty space, where the palette offers what fits. */
export function useConnect() {
  const { store, library, host, ui } = useCanvas()
  const flow = useReactFlow()
  return useMemo(() => {
    const tryConnect = (edge: WorkflowEdge) => {
      const problem = connectionProblem(store.getState().document, edge)
      if (problem) host.notify(problem, 'error')
      else store.getState().dispatch(connect(edge))
    }
    const onConnect = (connection: Connection) => tryConnect(edgeOf(connection))
    // The library also reports the end of a reconnection as the end of a connection.
    let isReconnecting = false
    const onReconnectStart = () => {
      isReconnecting = true
    }
    const onConnectStart: OnConnectStart = (_, { nodeId, handleId, handleType }) => {
      const side = handleType === 'source' ? 'output' : 'input'
      if (nodeId) ui.setState({ connecting: { node: nodeId, port: handleId ?? 'main', side } })
    }
    const onConnectEnd: OnConnectEnd = (event, state) => {
      ui.setState({ connecting: null })
      if (isReconnecting) return
      if (state.isValid || state.toHandle || !state.fromNode || !state.fromHandle) return
      const side = state.fromHandle.type === 'source' ? 'output' : 'input'
      const from: Loose = { node: state.fromNode.id, port: state.fromHandle.id ?? 'main', side }
      const screen = screenPoint(event)
      const target = nodeAt(screen)
      if (target === from.node) return
      if (target) {
        const edge = edgeToNode(store.getState().document, library, from, target)
        if (edge) tryConnect(edge)
        else host.notify(side === 'output' ? 'A trigger has no input' : 'This node has no output', 'error')
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
      if (state.isValid || state.toHandle) return
      const original = store.getState().document.edges.find((known) => edgeKey(known) === edge.id)
      if (!original) return
      const target = nodeAt(screenPoint(event))
      // The library names the end that stays.
      const fixed: Loose =
        movedFrom === 'source'
          ? { node: original.source, port: original.output, side: 'output' }
          : { node: original.target, port: original.input, side: 'input' }
      const next = target && edgeToNode(store.getState().document, library, fixed, target)
      store.getState().dispatch(next ? reconnect(edge.id, next) : disconnect([edge.id]))
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
    }
  }, [store, library, host, flow, ui])
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

/** To the first free port of a card, else its first one. */
function edgeToNode(
  document: WorkflowDocument,
  library: NodeLibrary,
  from: Loose,
  id: string,
): WorkflowEdge | null {
  const node = findNode(document, id)
  if (!node) return null
  const type = library.get(node.type)
  if (from.side === 'output') {
    const ports = inputPorts(node, type)
    const taken = new Set(document.edges.filter((edge) => edge.target === id).map((edge) => edge.input))
    const input = ports.find((port) => !taken.has(port)) ?? ports[0]
    return input ? { source: from.node, output: from.port, target: id, input } : null
  }
  const ports = outputPorts(node, type)
  const taken = new Set(document.edges.filter((edge) => edge.source === id).map((edge) => edge.output))
  const output = ports.find((port) => !taken.has(port)) ?? ports[0]
  return output ? { source: id, output, target: from.node, input: from.port } : null
}
