import { useReactFlow } from '@xyflow/react'
import { useCallback, useMemo } from 'react'
import { nodeHeight, nodeWidth, type Point } from '@/graph/document'
import type { CanvasAction } from './action'
import { useCanvas } from './canvas-context'
import { connectFrom } from './connecting'
import { editActions } from './edit-actions'
import { useClipboard, useClipboardEvents } from './use-clipboard'
import { useTidy } from './use-tidy'
import { fitOptions } from './use-viewport'
import { viewActions } from './view-actions'

/** All actions of the canvas; on a read-only one, those that only look. While another view covers the canvas
 * (`isCovered`) the browser's copy and paste are not for it. */
export function useCanvasActions({ isCovered = false } = {}): CanvasAction[] {
  const canvas = useCanvas()
  const { store, ui, host, pointer, facts, isReadOnly } = canvas
  const flow = useReactFlow()
  const clipboard = useClipboard()
  useClipboardEvents(clipboard, !isCovered)
  const fit = useCallback(() => void flow.fitView(fitOptions), [flow])
  const tidy = useTidy(fit)
  return useMemo(() => {
    const pointerPosition = (): Point => {
      const [x, y] = pointer.current
      const at = flow.screenToFlowPosition({ x, y })
      return [at.x, at.y]
    }
    const openQuickAdd = () => {
      const [x, y] = pointerPosition()
      host.openPalette({ position: [x - nodeWidth / 2, y - nodeHeight / 2] }, pointer.current)
    }
    const paste = () => {
      void navigator.clipboard.readText().then((text) => {
        if (!clipboard.paste(text)) host.notify('The clipboard holds no workflow, curl command or address')
      })
    }
    const view = viewActions({
      store,
      ui,
      flow,
      facts,
      openNode: host.openNode,
      openQuickAdd: isReadOnly ? null : openQuickAdd,
    })
    if (isReadOnly) return view
    const edit = editActions({
      store,
      ui,
      pointerPosition,
      tidy,
      copyText: clipboard.copyText,
      cut: clipboard.removeSelected,
      paste,
      connectFrom: (id) => connectFrom(canvas, id),
    })
    return [...view, ...edit]
  }, [canvas, store, ui, host, pointer, facts, isReadOnly, flow, clipboard, tidy])
}
