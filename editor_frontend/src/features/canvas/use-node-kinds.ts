import { useMemo } from 'react'
import type { NodeTypes } from '@/api/node-types'
import { type NodeGroupInfo, type NodeLibrary, nodeLibrary } from '@/graph/node-type'

export interface NodeKinds {
  library: NodeLibrary
  groups: ReadonlyMap<string, NodeGroupInfo>
}

/** The node library as the canvas looks things up in it. */
export function useNodeKinds(types: NodeTypes): NodeKinds {
  return useMemo(
    () => ({
      library: nodeLibrary(types.node_types),
      groups: new Map(types.groups.map((group) => [group.key, group])),
    }),
    [types],
  )
}
