import { Handle, type NodeProps, Position } from '@xyflow/react'
import { ChevronDown, ChevronRight } from 'lucide-react'
import { memo } from 'react'
import { noteColors } from '@/graph/document'
import { editGroup } from '@/graph/note-commands'
import { classes } from '@/ui/classes'
import { StatusText } from '@/ui/StatusPill'
import { useCanvas, useCanvasUi, useRunView } from './canvas-context'
import styles from './GroupFrame.module.css'
import { type FrameNode, foldedPort } from './mapping'
import notes from './NoteCard.module.css'
import { worstStatus } from './run-view'

/** What a folded frame says of its members: how many there are, and how they fare. */
function Summary({ members, count }: { members: readonly string[]; count: number }) {
  const status = useRunView((view) => worstStatus(members.map((id) => view.nodes[id])))
  return (
    <span className={styles.count}>
      {`${count} nodes`}
      {status && <StatusText status={status} />}
    </span>
  )
}

/** A titled frame that moves its members and can fold them away. */
export const GroupFrame = memo(function GroupFrame({ id, data, selected }: NodeProps<FrameNode>) {
  const { store, isReadOnly } = useCanvas()
  const { group, count } = data
  const isDropTarget = useCanvasUi((ui) => ui.dropGroup === id)
  const edit = (fields: Parameters<typeof editGroup>[1]) => store.getState().dispatch(editGroup(id, fields))
  const Chevron = group.collapsed ? ChevronRight : ChevronDown
  return (
    <div
      className={classes(
        styles.frame,
        notes[group.color],
        selected && styles.selected,
        group.collapsed && styles.folded,
        isDropTarget && styles.dropTarget,
      )}
    >
      {group.collapsed && (
        <>
          <Handle
            id={foldedPort}
            type="target"
            position={Position.Left}
            className={styles.port}
            isConnectable={false}
          />
          <Handle
            id={foldedPort}
            type="source"
            position={Position.Right}
            className={styles.port}
            isConnectable={false}
          />
        </>
      )}
      <div className={classes(styles.title, 'frame-title')}>
        <button
          type="button"
          className={classes(styles.fold, 'nodrag')}
          aria-expanded={!group.collapsed}
          aria-label={group.collapsed ? 'Unfold the group' : 'Fold the group'}
          disabled={isReadOnly}
          onClick={() => edit({ collapsed: !group.collapsed })}
        >
          <Chevron aria-hidden="true" />
        </button>
        <input
          key={group.title}
          className={classes(styles.name, selected && 'nodrag')}
          defaultValue={group.title}
          aria-label="Title of the group"
          readOnly={isReadOnly}
          tabIndex={selected ? 0 : -1}
          onBlur={(event) => edit({ title: event.target.value.trim() || 'Group' })}
          onKeyDown={(event) => {
            event.stopPropagation()
            if (event.key === 'Enter' || event.key === 'Escape') event.currentTarget.blur()
          }}
        />
        {group.collapsed && <Summary members={group.nodes} count={count} />}
        {selected && !isReadOnly && (
          <button
            type="button"
            className={classes(styles.swatch, 'nodrag')}
            aria-label="Next colour"
            onClick={() =>
              edit({ color: noteColors[(noteColors.indexOf(group.color) + 1) % noteColors.length] ?? 'grey' })
            }
          />
        )}
      </div>
    </div>
  )
})
