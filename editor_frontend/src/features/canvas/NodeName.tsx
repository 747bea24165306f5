import { useEffect, useRef } from 'react'
import { renameNode } from '@/graph/commands'
import type { WorkflowNode } from '@/graph/document'
import { useCanvas, useCanvasUi } from './canvas-context'
import styles from './NodeCard.module.css'

/** The name, or a field for it after F2. */
export function NodeName({ node }: { node: WorkflowNode }) {
  const isRenaming = useCanvasUi((ui) => ui.renaming === node.id)
  return isRenaming ? <NameField node={node} /> : <strong className={styles.name}>{node.name}</strong>
}

function NameField({ node }: { node: WorkflowNode }) {
  const { store, ui, host } = useCanvas()
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => field.current?.select(), [])
  const finish = (isKept: boolean) => {
    if (ui.getState().renaming !== node.id) return
    const name = field.current?.value.trim() ?? ''
    ui.setState({ renaming: null })
    if (!isKept || name === '' || name === node.name) return
    if (!store.getState().dispatch(renameNode(node.id, name)))
      host.notify(`Another node is called “${name}”`, 'error')
  }
  return (
    <input
      ref={field}
      className={`${styles.nameField} nodrag nopan`}
      defaultValue={node.name}
      aria-label="Name of the node"
      // biome-ignore lint/a11y/noAutofocus: the user just asked to type here
      autoFocus
      onBlur={() => finish(true)}
      onKeyDown={(event) => {
        event.stopPropagation()
        if (event.key === 'Enter') finish(true)
        if (event.key === 'Escape') finish(false)
      }}
    />
  )
}
