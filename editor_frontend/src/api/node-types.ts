import { queryOptions } from '@tanstack/react-query'
import type { JsonSchema, NodeGroupInfo, NodeTypeInfo } from '@/graph/node-type'
import { request } from './client'

export interface NodeTypes {
  groups: NodeGroupInfo[]
  node_types: NodeTypeInfo[]
  workflow_settings: JsonSchema
}

export const nodeTypesQuery = queryOptions({
  queryKey: ['node-types'],
  queryFn: ({ signal }) => request<NodeTypes>('GET', '/node-types', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})
