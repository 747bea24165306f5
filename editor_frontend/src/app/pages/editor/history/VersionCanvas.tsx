import { useReactFlow } from '@xyflow/react'
import { useEffect } from 'react'
import { Canvas } from '@/features/canvas/Canvas'
import { useCanvas } from '@/features/canvas/canvas-context'
import { StillCanvas } from '@/features/canvas/StillCanvas'
import { useCanvasActions } from '@/features/canvas/use-canvas-actions'
import { showNode } from '@/features/canvas/view-actions'
import type { Comparison } from '@/graph/compare'

/** Both versions on one canvas, to look at: what came, what went, what is different. */
export function VersionCanvas({ compared, shown }: { compared: Comparison; shown: string | null }) {
  const kinds = useCanvas()
  return (
    <StillCanvas id="comparison" document={compared.union} kinds={kinds} marks={compared.marks}>
      <Shown node={shown} />
    </StillCanvas>
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
