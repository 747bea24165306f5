import { useStore as useFlowStore } from '@xyflow/react'
import { ListTree, Maximize, Minus, Plus, Redo2, Sparkles, Undo2 } from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '@/ui/IconButton'
import type { CanvasAction } from './action'
import styles from './Canvas.module.css'

const shown: [id: string, icon: ReactNode][] = [
  ['fit', <Maximize key="fit" />],
  ['undo', <Undo2 key="undo" />],
  ['redo', <Redo2 key="redo" />],
  ['tidy', <Sparkles key="tidy" />],
  ['outline', <ListTree key="outline" />],
]

export function CanvasControls({ actions }: { actions: readonly CanvasAction[] }) {
  const zoom = useFlowStore((state) => state.transform[2])
  const find = (id: string) => actions.find((action) => action.id === id)
  return (
    <div className={styles.controls} role="toolbar" aria-label="View">
      <ControlButton action={find('zoom-out')} icon={<Minus />} />
      <button type="button" className={styles.zoom} onClick={find('zoom-reset')?.run}>
        {Math.round(zoom * 100)} %<span className="visually-hidden">, zoom to 100 %</span>
      </button>
      <ControlButton action={find('zoom-in')} icon={<Plus />} />
      {shown.map(([id, icon]) => (
        <ControlButton key={id} action={find(id)} icon={icon} />
      ))}
    </div>
  )
}

function ControlButton({ action, icon }: { action: CanvasAction | undefined; icon: ReactNode }) {
  if (!action) return null
  return (
    <IconButton
      size="small"
      label={action.title}
      shortcut={action.keys[0]}
      icon={icon}
      onClick={action.run}
    />
  )
}
