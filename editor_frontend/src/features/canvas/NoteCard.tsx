import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo } from 'react'
import { gridSize, noteColors, snap } from '@/graph/document'
import { editNote } from '@/graph/note-commands'
import { classes } from '@/ui/classes'
import { Prose } from '@/ui/Prose'
import { useCanvas, useCanvasUi } from './canvas-context'
import type { NoteNode } from './mapping'
import styles from './NoteCard.module.css'

/** A sticky note: markdown, five colours, any size. Double-click or Enter edits it. */
export const NoteCard = memo(function NoteCard({ id, data: { note }, selected }: NodeProps<NoteNode>) {
  const { store, ui, isReadOnly } = useCanvas()
  const isEditing = useCanvasUi((state) => state.renaming === id)
  const setEditing = (isOn: boolean) => ui.setState({ renaming: isOn ? id : null })
  const edit = (fields: Parameters<typeof editNote>[1]) => store.getState().dispatch(editNote(id, fields))
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the focusable element is the library's wrapper
    <div
      className={classes(styles.note, styles[note.color], selected && styles.selected)}
      onDoubleClick={(event) => {
        event.stopPropagation()
        if (!isReadOnly) setEditing(true)
      }}
    >
      <NodeResizer
        isVisible={selected && !isReadOnly}
        minWidth={6 * gridSize}
        minHeight={4 * gridSize}
        handleClassName={styles.resize}
        lineClassName={styles.resizeLine}
        onResizeEnd={(_, box) =>
          edit({ position: [snap(box.x), snap(box.y)], size: [snap(box.width), snap(box.height)] })
        }
      />
      {isEditing ? (
        <textarea
          className={classes(styles.field, 'nodrag', 'nopan', 'nowheel')}
          defaultValue={note.text}
          placeholder="Write a note. Markdown works."
          aria-label="Text of the note"
          // biome-ignore lint/a11y/noAutofocus: the user just asked to type here
          autoFocus
          onBlur={(event) => {
            edit({ text: event.target.value })
            setEditing(false)
          }}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Escape') event.currentTarget.blur()
          }}
        />
      ) : (
        <div className={styles.text}>
          <Prose text={note.text || 'Double-click to write'} />
        </div>
      )}
      {selected && !isReadOnly && !isEditing && (
        <div className={classes(styles.colors, 'nodrag', 'nopan')}>
          {noteColors.map((color) => (
            <button
              key={color}
              type="button"
              className={classes(styles.color, styles[color])}
              aria-label={`Colour ${color}`}
              aria-pressed={note.color === color}
              onClick={() => edit({ color })}
            />
          ))}
        </div>
      )}
    </div>
  )
})
