import { useStore } from 'zustand'
import type { WorkflowStore } from '@/graph/workflow-store'

/** Says what undo and redo did to those who cannot see it. */
export function Announcer({ store }: { store: WorkflowStore }) {
  const announcement = useStore(store, (state) => state.announcement)
  return (
    <div role="status" className="visually-hidden">
      {announcement}
    </div>
  )
}

/** The name of the workflow as the page's heading, for those who go by headings. */
export function Heading({ store }: { store: WorkflowStore }) {
  const name = useStore(store, (state) => state.document.name)
  return <h1 className="visually-hidden">{name}</h1>
}
