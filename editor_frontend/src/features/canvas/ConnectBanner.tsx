import { useEffect } from 'react'
import { findNode } from '@/graph/document'
import { Button } from '@/ui/Button'
import styles from './Canvas.module.css'
import { useCanvas, useCanvasUi, useWorkflow } from './canvas-context'
import { clickNode, stopConnecting } from './connecting'
import { focusedNode } from './hit-test'
import { isInLayer, isTyping } from './keys'

/** Says what the next click or Enter does while a line waits for its other end. */
export function ConnectBanner() {
  const isWaiting = useCanvasUi((ui) => ui.connecting?.by === 'click')
  return isWaiting ? <Banner /> : null
}

function Banner() {
  const canvas = useCanvas()
  const from = useCanvasUi((ui) => ui.connecting)
  const name = useWorkflow(({ document }) => from && findNode(document, from.node)?.name)
  useKeys()
  return (
    <div className={styles.banner}>
      <span role="status">
        {from?.side === 'input' ? 'What leads to ' : 'Where does '}
        <strong>{name}</strong>
        {from && from.port !== 'main' && ` · ${from.port}`}
        {from?.side === 'input' ? '?' : ' lead?'} Choose a node, or go to one and press Enter.
      </span>
      <Button size="small" onClick={() => stopConnecting(canvas)}>
        Cancel
      </Button>
    </div>
  )
}

/** Before any other shortcut: Enter would open the node, Escape close a panel. */
function useKeys(): void {
  const canvas = useCanvas()
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      const isElsewhere = isTyping(event.target) || isInLayer(event.target)
      if (isElsewhere || event.ctrlKey || event.metaKey || event.altKey) return
      if (event.key === 'Escape') stopConnecting(canvas)
      else if (event.key === 'Enter' && !(event.target instanceof HTMLButtonElement)) {
        const [selected] = canvas.store.getState().selection.elements
        const id = focusedNode(event.target) ?? selected
        if (id) clickNode(canvas, id)
      } else return
      event.preventDefault()
      event.stopPropagation()
    }
    window.addEventListener('keydown', onKeyDown, true)
    return () => window.removeEventListener('keydown', onKeyDown, true)
  }, [canvas])
}
