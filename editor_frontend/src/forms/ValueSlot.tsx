import { type DragEvent, useState } from 'react'
import { classes } from '@/ui/classes'
import { ExpressionInput } from './ExpressionInput'
import { type ControlProps, useForm } from './form-context'
import { fieldDragType, fieldKind, isExpression, type Schema, withDroppedField } from './schema'
import { ValueControl } from './ValueControl'
import styles from './ValueSlot.module.css'

/** Credentials are chosen, never computed; forms of fields let each field decide. */
export function acceptsExpression(schema: Schema): boolean {
  if (schema.ui?.show_expression === false) return false
  return schema.ui?.widget !== 'credential' && schema.ui?.widget !== 'code'
}

/** Where a value is edited: a control of its kind or the expression editor; takes dropped fields. */
export function ValueSlot(props: ControlProps) {
  const { schema, value, onChange } = props
  const { root, expressions, isReadOnly } = useForm()
  const [isOver, setOver] = useState(false)
  const kind = fieldKind(schema, root)
  const isOpen = expressions !== null && !isReadOnly && acceptsExpression(schema)
  const isNested = ['objects', 'object', 'union', 'conditions', 'pairs', 'strings', 'optional'].includes(kind)
  const takesDrops = isOpen && (!isNested || isExpression(value))
  const carriesField = (event: DragEvent) => takesDrops && event.dataTransfer.types.includes(fieldDragType)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping has a twin by keyboard, the expression editor
    <div
      className={classes(styles.slot, isOver && styles.over)}
      data-drop={takesDrops || undefined}
      onDragOver={(event) => {
        if (!carriesField(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        if (!carriesField(event)) return
        event.preventDefault()
        event.stopPropagation()
        setOver(false)
        onChange(withDroppedField(value, event.dataTransfer.getData(fieldDragType)))
      }}
    >
      {isExpression(value) && (expressions || isReadOnly) && acceptsExpression(schema) ? (
        <ExpressionInput {...props} value={value} />
      ) : (
        <ValueControl
          {...props}
          onChange={(next) => onChange(isOpen ? becomingExpression(value, next) : next)}
        />
      )}
    </div>
  )
}

/** Typing `=` into an empty field, or `{{` anywhere, turns it into an expression. */
function becomingExpression(before: unknown, next: unknown): unknown {
  const wasText = typeof before === 'string' || before === undefined || before === null
  if (!wasText || typeof next !== 'string' || next.startsWith('=')) return next
  return next.includes('{{') ? `=${next}` : next
}
