import { useReactFlow } from '@xyflow/react'
import { X } from 'lucide-react'
import { type KeyboardEvent, useRef } from 'react'
import { findNode, outgoingEdges } from '@/graph/document'
import { IconButton } from '@/ui/IconButton'
import { StatusText } from '@/ui/StatusPill'
import { useCanvas, useCanvasUi, useFacts, useNodeRun, useWorkflow } from './canvas-context'
import { NodeIcon } from './NodeIcon'
import styles from './Outline.module.css'
import { statusWord } from './status-text'
import { showNode } from './view-actions'

/** The workflow as a list, step by step: the canvas for those who cannot or would rather not look at it. */
export function Outline() {
  const isOpen = useCanvasUi((ui) => ui.isOutlineOpen)
  return isOpen ? <OutlinePanel /> : null
}

function OutlinePanel() {
  const { store, ui, host } = useCanvas()
  const order = useFacts((facts) => facts.order)
  const flow = useReactFlow()
  const list = useRef<HTMLDivElement>(null)
  const selected = useWorkflow((state) => [...state.selection.elements][0])
  const current = order.includes(selected ?? '') ? selected : order[0]
  const go = (id: string | undefined) => {
    if (!id) return
    showNode({ store, flow }, id)
    list.current?.querySelector<HTMLElement>(`[data-row="${CSS.escape(id)}"]`)?.focus()
  }
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const focused = event.target instanceof HTMLElement ? event.target.dataset.row : undefined
    const at = order.indexOf(focused ?? current ?? '')
    const target = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: order.length - 1 }[event.key]
    if (target !== undefined) go(order[target])
    else if (event.key === 'Enter' && current) host.openNode(current)
    else if (event.key === 'Escape') ui.setState({ isOutlineOpen: false })
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  return (
    <section className={`${styles.outline} nowheel nodrag nopan`} aria-label="Outline">
      <header className={styles.head}>
        <h2>Outline</h2>
        <IconButton
          size="small"
          label="Close the outline"
          icon={<X />}
          onClick={() => ui.setState({ isOutlineOpen: false })}
        />
      </header>
      {order.length === 0 && <p className={styles.none}>No steps yet.</p>}
      <div
        ref={list}
        role="tree"
        aria-label="Outline of the workflow"
        className={styles.rows}
        onKeyDown={onKeyDown}
      >
        {order.map((id, index) => (
          <Row
            key={id}
            id={id}
            place={`Step ${index + 1} of ${order.length}`}
            isCurrent={id === current}
            isSelected={id === selected}
            onGo={() => go(id)}
          />
        ))}
      </div>
    </section>
  )
}

interface RowProps {
  id: string
  place: string
  isCurrent: boolean
  isSelected: boolean
  onGo: () => void
}

function Row({ id, place, isCurrent, isSelected, onGo }: RowProps) {
  const { library, host } = useCanvas()
  const node = useWorkflow((state) => findNode(state.document, id))
  const next = useWorkflow((state) =>
    [...new Set(outgoingEdges(state.document, id).map((edge) => findNode(state.document, edge.target)?.name))]
      .filter(Boolean)
      .join(', '),
  )
  const status = useNodeRun(id)?.status
  const count = useFacts((facts) => facts.problemsOf.get(id)?.length ?? 0)
  if (!node) return null
  const type = library.get(node.type)
  const words = [
    place,
    node.name,
    type?.title !== node.name && (type?.title ?? node.type),
    node.disabled && 'disabled',
    status && statusWord(status),
    count > 0 && `${count} ${count === 1 ? 'problem' : 'problems'}`,
    next && `goes to ${next}`,
  ]
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the tree takes the keys
    <div
      role="treeitem"
      data-row={id}
      aria-selected={isSelected}
      tabIndex={isCurrent ? 0 : -1}
      className={styles.row}
      style={{ '--group': `var(--${type?.group ?? 'flow'}, var(--flow))` } as object}
      onClick={onGo}
      onDoubleClick={() => host.openNode(id)}
    >
      <span className="visually-hidden">{words.filter(Boolean).join(', ')}</span>
      <NodeIcon group={type?.group} />
      <span className={styles.words} aria-hidden="true">
        <strong>{node.name}</strong>
        {next && <span>→ {next}</span>}
      </span>
      <span aria-hidden="true">{status && <StatusText status={status} />}</span>
    </div>
  )
}
