import { useEffect } from 'react'
import { type FactsStore, setOrder, setProblems } from '@/features/canvas/facts'
import type { WorkflowDocument } from '@/graph/document'
import { fragilityOf } from '@/graph/fragility'
import type { NodeLibrary } from '@/graph/node-type'
import { flowOrder } from '@/graph/order'
import { validate } from '@/graph/validate'
import type { WorkflowStore } from '@/graph/workflow-store'

const pauseMs = 250

/** Keeps the facts in step with the draft: the order of its steps at once, what is wrong in a pause of editing. */
export function useFactsOf(store: WorkflowStore, library: NodeLibrary, facts: FactsStore): void {
  useEffect(() => {
    let shape = store.getState().document
    let timer: ReturnType<typeof setTimeout> | undefined
    const judge = () => {
      const { document, id } = store.getState()
      const problems = validate(document, library)
      setProblems(facts, problems, fragilityOf(document, library, problems, id))
    }
    const look = () => {
      const { document } = store.getState()
      if (!sameShape(shape, document)) setOrder(facts, flowOrder(document))
      shape = document
      clearTimeout(timer)
      timer = setTimeout(judge, pauseMs)
    }
    // The document may have changed between the first drawing and now.
    setOrder(facts, flowOrder(shape))
    look()
    const stop = store.subscribe((now, before) => now.document !== before.document && look())
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [store, library, facts])
}

/** Nothing that the order is made from differs: nodes, places and edges. */
function sameShape(left: WorkflowDocument, right: WorkflowDocument): boolean {
  if (left.edges !== right.edges || left.nodes.length !== right.nodes.length) return false
  return left.nodes.every((node, index) => {
    const other = right.nodes[index]
    return other === node || (other?.id === node.id && other.position === node.position)
  })
}
