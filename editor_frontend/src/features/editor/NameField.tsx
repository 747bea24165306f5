import { useStore } from 'zustand'
import { renameWorkflow } from '@/graph/commands'
import type { WorkflowStore } from '@/graph/workflow-store'
import styles from './editor.module.css'

/** The workflow's name, edited where it stands. */
export function NameField({ store }: { store: WorkflowStore }) {
  const name = useStore(store, (state) => state.document.name)
  return (
    <span className={styles.name} data-value={name}>
      <input
        key={name}
        aria-label="Name of the workflow"
        defaultValue={name}
        size={1}
        spellCheck={false}
        onInput={(event) => {
          const { parentElement, value } = event.currentTarget
          if (parentElement) parentElement.dataset.value = value
        }}
        onBlur={(event) => store.getState().dispatch(renameWorkflow(event.target.value))}
        onKeyDown={(event) => {
          if (event.key === 'Escape') event.currentTarget.value = name
          if (event.key === 'Escape' || event.key === 'Enter') event.currentTarget.blur()
        }}
      />
    </span>
  )
}
