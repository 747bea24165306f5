import type { MouseEvent } from 'react'
import { useMemo } from 'react'
import { useCanvas } from './canvas-context'
import type { MenuTarget } from './canvas-ui'

/** Notes what was right-clicked and selects it, before the menu opens. */
export function useMenuTarget() {
  const { store, ui } = useCanvas()
  return useMemo(() => {
    const open = (event: { clientX: number; clientY: number }, kind: MenuTarget['kind'], id: string) =>
      ui.setState({ menu: { kind, id, screen: [event.clientX, event.clientY] } })
    return {
      onNodeContextMenu: (event: MouseEvent, node: { id: string }) => {
        const { selection, select } = store.getState()
        if (!selection.elements.has(node.id)) select([node.id])
        open(event, store.getState().selection.elements.size > 1 ? 'selection' : 'node', node.id)
      },
      onSelectionContextMenu: (event: MouseEvent) => open(event, 'selection', ''),
      onEdgeContextMenu: (event: MouseEvent, edge: { id: string }) => {
        store.getState().select([], [edge.id])
        open(event, 'edge', edge.id)
      },
      onPaneContextMenu: (event: MouseEvent | globalThis.MouseEvent) => open(event, 'pane', ''),
    }
  }, [store, ui])
}
