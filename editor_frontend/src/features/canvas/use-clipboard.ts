import { useReactFlow } from '@xyflow/react'
import { useCallback, useEffect, useMemo } from 'react'
import { fragmentToText, textToFragment } from '@/graph/clipboard'
import { batch, removeNodes } from '@/graph/commands'
import type { Point } from '@/graph/document'
import { addFragment, extractFragment, type Fragment, fragmentIds, freshCopy } from '@/graph/fragment'
import { removeNotes } from '@/graph/note-commands'
import { useCanvas } from './canvas-context'
import { isTyping } from './keys'

/** Copy, cut and paste through the system clipboard, as workflow JSON. */
export function useClipboard() {
  const { store, host, pointer } = useCanvas()
  const flow = useReactFlow()

  const copyText = useCallback((): string | null => {
    const { document, selection } = store.getState()
    const fragment = extractFragment(document, selection.elements)
    return fragment.nodes.length + fragment.notes.length === 0 ? null : fragmentToText(fragment)
  }, [store])

  const removeSelected = useCallback(() => {
    const { selection, dispatch } = store.getState()
    dispatch(batch('Cut', [removeNodes(selection.elements), removeNotes(selection.elements)]))
  }, [store])

  /** Adds a copy of it at a place on the screen, or at the pointer. */
  const insert = useCallback(
    (fragment: Fragment, screen?: Point) => {
      const [x, y] = screen ?? pointer.current
      const at = flow.screenToFlowPosition({ x, y })
      const { document, dispatch, select } = store.getState()
      const copy = freshCopy(document, fragment, [at.x, at.y])
      if (dispatch(addFragment(copy))) select(fragmentIds(copy))
    },
    [store, pointer, flow],
  )

  /** Pastes at the pointer; answers whether the text was something to paste. */
  const paste = useCallback(
    (text: string, screen?: Point): boolean => {
      const pasted = textToFragment(text)
      if (!pasted) return false
      insert(pasted.fragment, screen)
      const [first, ...more] = pasted.notes
      if (first) host.notify(more.length > 0 ? `${first}. ${more.length} more to look at.` : first)
      return true
    },
    [host, insert],
  )

  return useMemo(
    () => ({ copyText, removeSelected, insert, paste }),
    [copyText, removeSelected, insert, paste],
  )
}

/** Listens to the browser's own copy, cut and paste events. Call once for each canvas in sight. */
export function useClipboardEvents(
  {
    copyText,
    removeSelected,
    paste,
  }: Pick<ReturnType<typeof useClipboard>, 'copyText' | 'removeSelected' | 'paste'>,
  isListening: boolean,
): void {
  const { host, isReadOnly } = useCanvas()
  useEffect(() => {
    if (!isListening) return
    const onCopy = (event: ClipboardEvent) => {
      const text = isTyping(event.target) || hasTextSelection() ? null : copyText()
      if (text === null) return
      event.clipboardData?.setData('text/plain', text)
      event.preventDefault()
      if (event.type === 'cut' && !isReadOnly) removeSelected()
    }
    const onPaste = (event: ClipboardEvent) => {
      if (isTyping(event.target) || isReadOnly) return
      const text = event.clipboardData?.getData('text/plain') ?? ''
      if (paste(text)) event.preventDefault()
      else if (text.trim()) host.notify('The clipboard holds no workflow, curl command or address')
    }
    document.addEventListener('copy', onCopy)
    document.addEventListener('cut', onCopy)
    document.addEventListener('paste', onPaste)
    return () => {
      document.removeEventListener('copy', onCopy)
      document.removeEventListener('cut', onCopy)
      document.removeEventListener('paste', onPaste)
    }
  }, [copyText, removeSelected, paste, host, isReadOnly, isListening])
}

function hasTextSelection(): boolean {
  return (window.getSelection()?.toString() ?? '') !== ''
}
