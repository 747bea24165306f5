import { MiniMap } from '@xyflow/react'
import { useWorkflow } from './canvas-context'
import { MiniNode } from './MiniNode'

const noMinimapFrom = 300
const size = { width: 150, height: 88 }

export function MiniMapPanel() {
  const isShown = useWorkflow(({ document: { nodes, notes } }) => {
    const count = nodes.length + notes.length
    return count > 1 && count < noMinimapFrom
  })
  if (!isShown) return null
  return (
    <MiniMap
      position="bottom-right"
      pannable
      zoomable
      nodeComponent={MiniNode}
      ariaLabel="Map of the workflow"
      style={size}
    />
  )
}
