import { useEffect } from 'react'
import { findNode } from '@/graph/document'
import { useCanvas } from './canvas-context'
import { focusedNode } from './hit-test'
import { isTyping } from './keys'

/** Space, pressed and let go on a node, renames it; held while dragging or scrolling it pans. */
export function useSpaceRename(): void {
  const { store, ui, isReadOnly } = useCanvas()
  useEffect(() => {
    if (isReadOnly) return
    let node: string | null = null
    const forget = () => {
      node = null
    }
    const onKeyDown = (event: KeyboardEvent) => {
      const isPlain =
        event.key === ' ' && !event.ctrlKey && !event.metaKey && !event.altKey && !event.shiftKey
      if (!isPlain) forget()
      // On a button inside of the node, Space presses that.
      else if (!event.repeat) node = isTyping(event.target) ? null : focusedNode(event.target)
    }
    const onKeyUp = (event: KeyboardEvent) => {
      if (event.key !== ' ' || node === null) return
      if (findNode(store.getState().document, node)) ui.setState({ renaming: node })
      forget()
    }
    window.addEventListener('keydown', onKeyDown)
    window.addEventListener('keyup', onKeyUp)
    window.addEventListener('pointerdown', forget, true)
    window.addEventListener('wheel', forget, { capture: true, passive: true })
    return () => {
      window.removeEventListener('keydown', onKeyDown)
      window.removeEventListener('keyup', onKeyUp)
      window.removeEventListener('pointerdown', forget, true)
      window.removeEventListener('wheel', forget, true)
    }
  }, [store, ui, isReadOnly])
}
