import { Copy } from 'lucide-react'
import type { ReactNode } from 'react'
import { fieldDragType } from '@/forms/schema'
import { classes } from '@/ui/classes'
import { showToast } from '@/ui/toast-store'
import styles from './DragField.module.css'

interface DragFieldProps {
  /** `$json.customer.name`, ready for braces. */
  expression: string
  children: ReactNode
  className?: string
}

/** A field name that can be dragged onto a parameter, or copied as an expression. */
export function DragField({ expression, children, className }: DragFieldProps) {
  const copy = async () => {
    await navigator.clipboard.writeText(`{{ ${expression} }}`)
    showToast(`Copied {{ ${expression} }}`, { tone: 'success' })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dragging has a twin by keyboard, the copy button
    <span
      className={classes(styles.field, className)}
      draggable
      title={`Drag onto a parameter: ${expression}`}
      onDragStart={(event) => {
        event.dataTransfer.setData(fieldDragType, expression)
        event.dataTransfer.setData('text/plain', `{{ ${expression} }}`)
        event.dataTransfer.effectAllowed = 'copy'
        document.documentElement.dataset.draggingField = ''
      }}
      onDragEnd={() => {
        delete document.documentElement.dataset.draggingField
      }}
    >
      <span className={styles.name}>{children}</span>
      <button
        type="button"
        className={styles.copy}
        aria-label={`Copy ${expression} as an expression`}
        onClick={() => void copy()}
      >
        <Copy aria-hidden="true" />
      </button>
    </span>
  )
}
