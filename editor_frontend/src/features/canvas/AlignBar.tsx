import {
  AlignEndHorizontal,
  AlignEndVertical,
  AlignHorizontalDistributeCenter,
  AlignStartHorizontal,
  AlignStartVertical,
  AlignVerticalDistributeCenter,
  Frame,
} from 'lucide-react'
import type { ReactNode } from 'react'
import { IconButton } from '@/ui/IconButton'
import type { CanvasAction } from './action'
import styles from './Canvas.module.css'
import { useCanvas, useWorkflow } from './canvas-context'

const icons: Record<string, ReactNode> = {
  'align-left': <AlignStartVertical />,
  'align-right': <AlignEndVertical />,
  'align-top': <AlignStartHorizontal />,
  'align-bottom': <AlignEndHorizontal />,
  'align-across': <AlignHorizontalDistributeCenter />,
  'align-down': <AlignVerticalDistributeCenter />,
  group: <Frame />,
}

/** Appears when several nodes are selected. */
export function AlignBar({ actions }: { actions: readonly CanvasAction[] }) {
  const { isReadOnly } = useCanvas()
  const isShown = useWorkflow((state) => state.selection.elements.size > 1)
  if (!isShown || isReadOnly) return null
  return (
    <div className={styles.align} role="toolbar" aria-label="Arrange the selection">
      {actions
        .filter((action) => icons[action.id])
        .map((action) => (
          <IconButton
            key={action.id}
            size="small"
            label={action.title}
            shortcut={action.keys[0]}
            icon={icons[action.id]}
            onClick={action.run}
          />
        ))}
    </div>
  )
}
