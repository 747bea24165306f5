import { useMemo, useState } from 'react'
import { useStore } from 'zustand'
import { useCanvas, useFacts, useWorkflow } from './canvas-context'
import { ElementMapper, type FlowEdge, type FlowNode } from './mapping'

/** The document, the selection and whatever is in motion, as the canvas library wants it. */
export function useFlowElements(): { nodes: FlowNode[]; edges: FlowEdge[] } {
  const { library, isReadOnly, motion } = useCanvas()
  const order = useFacts((facts) => facts.order)
  const document = useWorkflow((state) => state.document)
  const selection = useWorkflow((state) => state.selection)
  const places = useStore(motion, (state) => state.places)
  const sizes = useStore(motion, (state) => state.sizes)
  const [mapper] = useState(() => new ElementMapper())
  const nodes = useMemo(
    () =>
      mapper.mapNodes({
        document,
        library,
        selected: selection.elements,
        moving: places,
        sizes,
        order,
        isReadOnly,
      }),
    [mapper, document, library, selection.elements, places, sizes, order, isReadOnly],
  )
  const edges = useMemo(() => mapper.mapEdges(document, selection.edges), [mapper, document, selection.edges])
  return { nodes, edges }
}
