/** Actions that only look. */
import type { ReactFlowInstance } from '@xyflow/react'
import { type Direction, neighbour } from '@/graph/order'
import type { WorkflowStore } from '@/graph/workflow-store'
import { action, type CanvasAction } from './action'
import type { CanvasUiStore } from './canvas-ui'
import type { FactsStore } from './facts'
import { fitOptions } from './use-viewport'

export interface ViewTools {
  store: WorkflowStore
  ui: CanvasUiStore
  flow: ReactFlowInstance
  facts: FactsStore
  openNode: (id: string) => void
  openQuickAdd: (() => void) | null
}

const calm = { duration: 220 }

export function viewActions(tools: ViewTools): CanvasAction[] {
  const { store, ui, flow } = tools
  const selectedNode = () => {
    const { document, selection } = store.getState()
    const chosen = document.nodes.filter((node) => selection.elements.has(node.id))
    return chosen.length === 1 ? chosen[0] : undefined
  }
  const zoomBy = zoomSteps(flow)
  return [
    ...(tools.openQuickAdd
      ? [
          action('add', 'Add a node', 'Nodes', {
            keys: ['Tab', 'N'],
            menus: ['pane'],
            run: tools.openQuickAdd,
          }),
        ]
      : []),
    action('open', 'Open', 'Nodes', {
      keys: ['Enter'],
      menus: ['node'],
      isAvailable: () => selectedNode() !== undefined,
      run: () => tools.openNode(selectedNode()?.id ?? ''),
    }),
    action('fit', 'Fit everything in', 'View', {
      keys: ['1'],
      menus: ['pane'],
      run: () => void flow.fitView(fitOptions),
    }),
    action('zoom-reset', 'Zoom to 100 %', 'View', { keys: ['0'], run: () => void flow.zoomTo(1, calm) }),
    action('zoom-in', 'Zoom in', 'View', { keys: ['Plus', '='], run: () => zoomBy(1.2) }),
    action('zoom-out', 'Zoom out', 'View', { keys: ['-'], run: () => zoomBy(1 / 1.2) }),
    action('zoom-selection', 'Zoom to the selection', 'View', {
      keys: ['.'],
      menus: ['node', 'selection'],
      isAvailable: () => store.getState().selection.elements.size > 0,
      run: () => {
        const nodes = [...store.getState().selection.elements].map((id) => ({ id }))
        void flow.fitView({ nodes, padding: 0.4, maxZoom: 1.5, ...calm })
      },
    }),
    action('find', 'Find on the canvas', 'View', {
      keys: ['Ctrl+F'],
      run: () => ui.setState({ isFinding: true }),
    }),
    action('outline', 'Show or hide the outline', 'View', {
      keys: ['Shift+O'],
      menus: ['pane'],
      run: () => ui.setState(({ isOutlineOpen }) => ({ isOutlineOpen: !isOutlineOpen })),
    }),
    action('next-problem', 'Go to the next problem', 'View', {
      keys: ['F8'],
      isAvailable: () => tools.facts.getState().problemsOf.size > 0,
      run: () => {
        const ids = [...tools.facts.getState().problemsOf.keys()]
        const current = ids.findIndex((id) => store.getState().selection.elements.has(id))
        showNode(tools, ids[(current + 1) % ids.length] ?? '')
      },
    }),
    action('clear', 'Clear the selection', 'Edit', {
      keys: ['Escape'],
      run: () => {
        store.getState().select([])
        ui.setState({ spotlight: null, isFinding: false, hoveredEdge: null })
      },
    }),
    ...walkActions(tools),
  ]
}

/** A key pressed again before the canvas has come to rest goes on from where it is heading. */
function zoomSteps(flow: ReactFlowInstance): (factor: number) => void {
  let aim = { zoom: 1, until: 0 }
  return (factor) => {
    const now = performance.now()
    const from = now < aim.until ? aim.zoom : flow.getZoom()
    aim = { zoom: Math.min(2.5, Math.max(0.1, from * factor)), until: now + calm.duration }
    void flow.zoomTo(aim.zoom, calm)
  }
}

function walkActions(tools: ViewTools): CanvasAction[] {
  const directions: Direction[] = ['left', 'right', 'up', 'down']
  return directions.map((direction) => {
    const key = direction.charAt(0).toUpperCase() + direction.slice(1)
    return action(
      `walk-${direction}`,
      `Go to the node on the ${direction}`.replace('on the up', 'above').replace('on the down', 'below'),
      'View',
      {
        keys: [`Ctrl+${key}`],
        isAvailable: () => tools.store.getState().document.nodes.length > 0,
        run: () => {
          const { document, selection } = tools.store.getState()
          const from = document.nodes.find((node) => selection.elements.has(node.id)) ?? document.nodes[0]
          const next = from && (neighbour(document, from.id, direction) ?? from)
          if (next) showNode(tools, next.id)
        },
      },
    )
  })
}

/** Selects a node, brings it into view and gives it the focus. */
export function showNode({ store, flow }: Pick<ViewTools, 'store' | 'flow'>, id: string): void {
  store.getState().select([id])
  const node = flow.getInternalNode(id)
  if (!node) return
  const { x, y } = node.internals.positionAbsolute
  const width = node.measured.width ?? 0
  const height = node.measured.height ?? 0
  void flow.setCenter(x + width / 2, y + height / 2, { zoom: Math.max(0.6, flow.getZoom()), ...calm })
  document
    .querySelector<HTMLElement>(`.react-flow__node[data-id="${CSS.escape(id)}"]`)
    ?.focus({ preventScroll: true })
}
