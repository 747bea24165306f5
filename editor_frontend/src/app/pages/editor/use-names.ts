import { useCallback, useState } from 'react'
import { useStore } from 'zustand'
import type { WorkflowNode } from '@/graph/document'
import type { WorkflowStore } from '@/graph/workflow-store'

/** Names nodes by their ids. The same function until a name changes, so that other edits draw nothing anew. */
export function useNameOf(store: WorkflowStore): (id: string) => string {
  const [names] = useState(() => new Names())
  const known = useStore(store, (state) => names.of(state.document.nodes))
  return useCallback((id: string) => known.get(id) ?? id, [known])
}

class Names {
  private nodes: readonly WorkflowNode[] = []
  private names: ReadonlyMap<string, string> = new Map()

  of(nodes: readonly WorkflowNode[]): ReadonlyMap<string, string> {
    if (nodes === this.nodes) return this.names
    const isSame =
      nodes.length === this.names.size && nodes.every((node) => this.names.get(node.id) === node.name)
    this.nodes = nodes
    if (!isSame) this.names = new Map(nodes.map((node) => [node.id, node.name]))
    return this.names
  }
}
