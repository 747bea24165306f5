import { useReactFlow } from '@xyflow/react'
import { useEffect, useMemo, useState } from 'react'
import { Canvas } from '@/features/canvas/Canvas'
import { type CanvasHost, CanvasProvider, useCanvas } from '@/features/canvas/canvas-context'
import { createFactsStore } from '@/features/canvas/facts'
import { createRunViewStore } from '@/features/canvas/run-view'
import { useCanvasActions } from '@/features/canvas/use-canvas-actions'
import { showNode } from '@/features/canvas/view-actions'
import type { Comparison } from '@/graph/compare'
import { createWorkflowStore } from '@/graph/workflow-store'

const host: CanvasHost = { openNode: () => {}, openPalette: () => {}, notify: () => {} }

/** Both versions on one canvas, to look at: what came, what went, what is different. */
export function VersionCanvas({ compared, shown }: { compared: Comparison; shown: string | null }) {
  const { library, groups } = useCanvas()
  const store = useMemo(
    () => createWorkflowStore({ id: 'comparison', document: compared.union, revision: 0 }),
    [compared],
  )
  const [runView] = useState(createRunViewStore)
  const facts = useMemo(() => createFactsStore(store.getState().document), [store])
  return (
    <CanvasProvider
      store={store}
      runView={runView}
      library={library}
      groups={groups}
      facts={facts}
      isReadOnly
      marks={compared.marks}
      host={host}
    >
      <Shown node={shown} />
    </CanvasProvider>
  )
}

function Shown({ node }: { node: string | null }) {
  const { store } = useCanvas()
  const flow = useReactFlow()
  const actions = useCanvasActions()
  useEffect(() => {
    if (node) showNode({ store, flow }, node)
  }, [node, store, flow])
  return <Canvas actions={actions} />
}
