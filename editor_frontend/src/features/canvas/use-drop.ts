import { useReactFlow } from '@xyflow/react'
import { type DragEvent, type MouseEvent, useMemo } from 'react'
import { nodeHeight, nodeWidth, type Point } from '@/graph/document'
import { nodeTypeDrag, placeNode } from '@/graph/place'
import { mostRows, readTable, tableFragment } from '@/graph/table'
import { useCanvas } from './canvas-context'
import { edgeAt } from './hit-test'
import { useClipboard } from './use-clipboard'

/** Dropping from the palette, dropping files, and double-clicking empty space. */
export function useDropFromPalette() {
  const { store, library, host, ui, isReadOnly } = useCanvas()
  const flow = useReactFlow()
  const { insert, paste } = useClipboard()
  return useMemo(() => {
    const toFlow = ([x, y]: Point): Point => {
      const at = flow.screenToFlowPosition({ x, y })
      return [at.x - nodeWidth / 2, at.y - nodeHeight / 2]
    }
    const addTable = (name: string, text: string, screen: Point): boolean => {
      const rows = readTable(text)
      if (rows && rows.length > mostRows)
        host.notify(`The table has ${rows.length} rows; a workflow holds up to ${mostRows}`, 'error')
      else if (rows) insert(tableFragment(name, rows), screen)
      return rows !== null
    }
    const onDragOver = (event: DragEvent) => {
      if (isReadOnly) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'copy'
      const dropEdge = event.dataTransfer.types.includes(nodeTypeDrag)
        ? edgeAt([event.clientX, event.clientY])
        : null
      if (ui.getState().dropEdge !== dropEdge) ui.setState({ dropEdge })
    }
    const onDrop = async (event: DragEvent) => {
      if (isReadOnly) return
      event.preventDefault()
      const screen: Point = [event.clientX, event.clientY]
      const { dropEdge } = ui.getState()
      ui.setState({ dropEdge: null })
      const type = library.get(event.dataTransfer.getData(nodeTypeDrag))
      if (type) {
        const { document, dispatch, select } = store.getState()
        const placed = placeNode(document, type, {
          position: toFlow(screen),
          ...(dropEdge && { edge: dropEdge }),
        })
        dispatch(placed.command)
        select([placed.node.id])
        return
      }
      const [file] = event.dataTransfer.files
      const text = file ? await file.text() : event.dataTransfer.getData('text/plain')
      if (text && !paste(text, screen) && !(file && addTable(file.name, text, screen)))
        host.notify('That is no workflow and no table', 'error')
    }
    const onDoubleClick = (event: MouseEvent) => {
      const isPane = event.target instanceof Element && event.target.classList.contains('react-flow__pane')
      if (!isPane || isReadOnly) return
      const screen: Point = [event.clientX, event.clientY]
      host.openPalette({ position: toFlow(screen) }, screen)
    }
    return { onDragOver, onDrop, onDoubleClick }
  }, [store, library, host, ui, isReadOnly, flow, insert, paste])
}
