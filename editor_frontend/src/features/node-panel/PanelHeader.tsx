import { ArrowRightToLine, Maximize2, Minimize2, Play, X } from 'lucide-react'
import { useEffect, useState } from 'react'
import { Button } from '@/ui/Button'
import { IconButton } from '@/ui/IconButton'
import { StatusText } from '@/ui/StatusPill'
import styles from './NodePanel.module.css'
import type { NodePanelProps } from './panel-types'
import type { PanelData } from './use-panel-data'

interface PanelHeaderProps {
  props: NodePanelProps
  data: PanelData
  isWide: boolean
  onToggleWide: () => void
}

export function PanelHeader({ props, isWide, onToggleWide }: PanelHeaderProps) {
  const { node, runState, readOnly, icon, onRunStep, onRunToHere, onClose } = props
  const run = runState.nodes[node.id]
  return (
    <header className={styles.header}>
      {icon && <span className={styles.icon}>{icon}</span>}
      <div className={styles.names}>
        <NameInput key={node.id} name={node.name} isReadOnly={readOnly} onRename={props.onRename} />
        <span className={styles.about}>
          {node.type}
          {run && <StatusText status={run.status} />}
        </span>
      </div>
      {onRunStep && !readOnly && (
        <Button size="small" icon={<Play />} onClick={onRunStep}>
          Run step
        </Button>
      )}
      {onRunToHere && !readOnly && (
        <IconButton size="small" label="Run to here" icon={<ArrowRightToLine />} onClick={onRunToHere} />
      )}
      <IconButton
        className={styles.wideToggle}
        size="small"
        label={isWide ? 'Back to the side' : 'Open wide'}
        icon={isWide ? <Minimize2 /> : <Maximize2 />}
        onClick={onToggleWide}
      />
      <IconButton size="small" label="Close" shortcut="Esc" icon={<X />} onClick={onClose} />
    </header>
  )
}

/** Renames on Enter or when left; Esc gives the old name back. */
function NameInput(props: { name: string; isReadOnly: boolean; onRename: (name: string) => void }) {
  const { name, isReadOnly, onRename } = props
  const [draft, setDraft] = useState(name)
  useEffect(() => setDraft(name), [name])
  const settle = () => {
    const wanted = draft.trim()
    if (wanted && wanted !== name) onRename(wanted)
    else setDraft(name)
  }
  return (
    <input
      className={styles.name}
      aria-label="Name of the node"
      value={draft}
      readOnly={isReadOnly}
      onChange={(event) => setDraft(event.target.value)}
      onBlur={settle}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur()
        if (event.key !== 'Escape') return
        event.stopPropagation()
        setDraft(name)
      }}
    />
  )
}
