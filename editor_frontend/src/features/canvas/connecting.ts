/** Joining two nodes, whichever way it is done: a line that is dragged, two clicks, or keys. */
import { findNode, type WorkflowDocument, type WorkflowEdge } from '@/graph/document'
import { connect, connectionProblem } from '@/graph/edge-commands'
import { edgeBetween, edgeTo, type LooseEnd, refusalsOf } from '@/graph/joining'
import { outputPorts } from '@/graph/node-type'
import type { CanvasSetup } from './canvas-context'
import type { CanvasUiStore, Connecting } from './canvas-ui'

export type ConnectTools = Pick<CanvasSetup, 'store' | 'library' | 'host'> & { ui: CanvasUiStore }

/** From here on the nodes that cannot be the other end are dimmed. `document`: without the edge being moved. */
export function beginConnecting(
  { store, library, ui }: ConnectTools,
  from: LooseEnd,
  by: Connecting['by'],
  document: WorkflowDocument = store.getState().document,
): void {
  ui.setState({ connecting: { ...from, by, refusals: refusalsOf(document, library, from) } })
}

export function stopConnecting({ ui }: Pick<ConnectTools, 'ui'>): void {
  if (ui.getState().connecting) ui.setState({ connecting: null })
}

/** Adds the edge, or says why not. */
export function join({ store, host }: ConnectTools, edge: WorkflowEdge): void {
  const problem = connectionProblem(store.getState().document, edge)
  if (problem) host.notify(problem, 'error')
  else store.getState().dispatch(connect(edge))
}

/** Joins a loose end with whichever port of a node fits; answers whether it did. */
export function joinNode(tools: ConnectTools, from: LooseEnd, id: string): boolean {
  const edge = edgeTo(tools.store.getState().document, tools.library, from, id)
  if (typeof edge === 'string') tools.host.notify(edge, 'error')
  else join(tools, edge)
  return typeof edge !== 'string'
}

/** The first click on a port takes up a line, the second one puts it down. */
export function clickPort(tools: ConnectTools, port: LooseEnd): void {
  const { connecting } = tools.ui.getState()
  const isOpen = connecting?.by === 'click'
  if (isOpen && connecting.side !== port.side) {
    join(tools, edgeBetween(connecting, port))
    stopConnecting(tools)
  } else if (isOpen && connecting.node === port.node && connecting.port === port.port) stopConnecting(tools)
  else beginConnecting(tools, port, 'click')
}

/** The second click, on a node. It goes on when the node refuses: another one may be meant. */
export function clickNode(tools: ConnectTools, id: string): void {
  const { connecting } = tools.ui.getState()
  if (connecting?.by === 'click' && id !== connecting.node && joinNode(tools, connecting, id))
    stopConnecting(tools)
}

/** Takes up a line from a node's first output that leads nowhere; asked again, from its next output. */
export function connectFrom(tools: ConnectTools, id: string): void {
  const { document } = tools.store.getState()
  const node = findNode(document, id)
  const ports = node ? outputPorts(node, tools.library.get(node.type)) : []
  const { connecting } = tools.ui.getState()
  const used = new Set(document.edges.filter((edge) => edge.source === id).map((edge) => edge.output))
  const isAgain = connecting?.by === 'click' && connecting.node === id
  const port = isAgain
    ? ports[(ports.indexOf(connecting.port) + 1) % ports.length]
    : (ports.find((one) => !used.has(one)) ?? ports[0])
  if (port) beginConnecting(tools, { node: id, port, side: 'output' }, 'click')
}
