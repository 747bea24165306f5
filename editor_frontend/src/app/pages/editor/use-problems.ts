import { useMemo } from 'react'
import { useStore } from 'zustand'
import { type Fragility, fragilityOf } from '@/graph/fragility'
import type { NodeLibrary } from '@/graph/node-type'
import { type Problem, problemNode, validate } from '@/graph/validate'
import type { WorkflowStore } from '@/graph/workflow-store'
import { useDebounced } from '@/ui/use-debounced'

export interface Problems {
  all: readonly Problem[]
  byNode: ReadonlyMap<string, Problem[]>
  fragility: Fragility
}

/** What is wrong with the draft, looked for in a pause of editing. */
export function useProblems(store: WorkflowStore, library: NodeLibrary): Problems {
  const document = useDebounced(
    useStore(store, (state) => state.document),
    250,
  )
  return useMemo(() => {
    const all = validate(document, library)
    const byNode = new Map<string, Problem[]>()
    for (const problem of all) {
      const id = problemNode(problem)
      if (id) byNode.set(id, [...(byNode.get(id) ?? []), problem])
    }
    return { all, byNode, fragility: fragilityOf(document, library, all, store.getState().id) }
  }, [document, library, store])
}
