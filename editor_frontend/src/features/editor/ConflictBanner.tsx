import { TriangleAlert } from 'lucide-react'
import { useStore } from 'zustand'
import type { WorkflowDocument } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'
import { Button } from '@/ui/Button'
import { resolveConflict } from './autosave'
import styles from './editor.module.css'

/** Someone changed the same elements: nothing is overwritten until a choice is made. */
export function ConflictBanner({ store, onResolved }: { store: WorkflowStore; onResolved: () => void }) {
  const save = useStore(store, (state) => state.save)
  const document = useStore(store, (state) => state.document)
  if (save.status === 'refused') {
    return (
      <div className={styles.banner} role="alert">
        <TriangleAlert aria-hidden="true" />
        <p>The server did not take the last change: {save.message}</p>
        <Button size="small" onClick={onResolved}>
          Try again
        </Button>
      </div>
    )
  }
  if (save.status !== 'conflict') return null
  const names = save.elements.map((element) => nameOf(element, [document, save.theirs]))
  const choose = (choice: 'mine' | 'theirs') => {
    resolveConflict(store, choice)
    onResolved()
  }
  return (
    <div className={styles.banner} role="alert" data-elements={save.elements.join(' ')}>
      <TriangleAlert aria-hidden="true" />
      <p>
        <strong>Someone else changed {[...new Set(names)].join(', ')} too.</strong> Everything else was
        joined. Which version of it should stay?
      </p>
      <Button size="small" onClick={() => choose('theirs')}>
        Take theirs
      </Button>
      <Button size="small" variant="primary" onClick={() => choose('mine')}>
        Keep mine
      </Button>
    </div>
  )
}

const kinds: Record<string, string> = {
  edges: 'a line',
  notes: 'a note',
  groups: 'a group',
  settings: 'the settings',
  document: 'the name',
}

/** What people call it: a node by its name, one that a side deleted too. */
function nameOf(element: string, documents: readonly WorkflowDocument[]): string {
  const [list = '', id = ''] = element.split('/')
  const node = documents.flatMap(({ nodes }) => nodes).find((one) => one.id === id)
  if (list === 'pins') return `the pinned data of ${node?.name ?? id}`
  return node?.name ?? kinds[list] ?? id
}
