import { type ReactNode, useEffect, useMemo, useState } from 'react'
import type { Mark } from '@/graph/compare'
import type { WorkflowDocument } from '@/graph/document'
import { createWorkflowStore } from '@/graph/workflow-store'
import { showToast } from '@/ui/toast-store'
import { type CanvasHost, CanvasProvider } from './canvas-context'
import { createFactsStore } from './facts'
import { createRunViewStore, type RunView } from './run-view'
import type { NodeKinds } from './use-node-kinds'

interface StillCanvasProps {
  /** What the document is of: where the view of it is kept under. */
  id: string
  document: WorkflowDocument
  kinds: NodeKinds
  marks?: ReadonlyMap<string, Mark>
  run?: Pick<RunView, 'runId' | 'nodes' | 'edges'>
  onOpen?: (node: string) => void
  children: ReactNode
}

/** Around a canvas that is looked at only: a frozen document, and perhaps a run of it. */
export function StillCanvas({ id, document, kinds, marks, run, onOpen, children }: StillCanvasProps) {
  const store = useMemo(() => createWorkflowStore({ id, document, revision: 0 }), [id, document])
  const facts = useMemo(() => createFactsStore(store.getState().document), [store])
  const [runView] = useState(createRunViewStore)
  useEffect(() => {
    if (run) runView.setState(run)
  }, [run, runView])
  const host = useMemo<CanvasHost>(
    () => ({
      openNode: (node) => onOpen?.(node),
      openPalette: () => undefined,
      notify: (message) => showToast(message),
    }),
    [onOpen],
  )
  return (
    <CanvasProvider
      store={store}
      runView={runView}
      library={kinds.library}
      groups={kinds.groups}
      facts={facts}
      isReadOnly
      {...(marks && { marks })}
      host={host}
    >
      {children}
    </CanvasProvider>
  )
}
