import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import type { WorkflowDocument } from '@/graph/document'
import { request } from './client'
import type { JsonObject, Page, StartedRun, Starter, Workflow, WorkflowRow, WorkflowVersion } from './types'

export const workflowKeys = {
  all: ['workflows'] as const,
  one: (id: string) => ['workflow', id] as const,
  versions: (id: string) => ['workflow', id, 'versions'] as const,
}

export interface WorkflowFilter {
  search?: string
  tag?: string
  /** Only what is filed there; `/` for outside of all folders. */
  folder?: string
  /** With `folder`: also what is filed in the folders in it. */
  below?: boolean
}

export function workflowsQuery(filter: WorkflowFilter = {}) {
  return infiniteQueryOptions({
    queryKey: [...workflowKeys.all, filter],
    queryFn: ({ pageParam, signal }) =>
      request<Page<WorkflowRow>>('GET', '/workflows', {
        query: { ...filter, cursor: pageParam, limit: 50 },
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
  })
}

export function workflowQuery(id: string) {
  return queryOptions({
    queryKey: workflowKeys.one(id),
    queryFn: ({ signal }) => request<Workflow>('GET', `/workflows/${id}`, { signal }),
  })
}

export function versionsQuery(id: string) {
  return queryOptions({
    queryKey: workflowKeys.versions(id),
    queryFn: async ({ signal }) => {
      return (
        await request<Page<WorkflowVersion>>('GET', `/workflows/${id}/versions`, {
          signal,
        })
      ).items
    },
  })
}

export function versionQuery(id: string, versionId: string) {
  return queryOptions({
    queryKey: [...workflowKeys.versions(id), versionId],
    queryFn: ({ signal }) =>
      request<WorkflowVersion & { document: WorkflowDocument }>('GET', `/versions/${versionId}`, {
        signal,
      }),
    staleTime: Number.POSITIVE_INFINITY,
  })
}

/** Its name only, kept apart from the open document, which must not be an old one. */
export function workflowNameQuery(id: string) {
  return queryOptions({
    queryKey: ['workflow name', id],
    queryFn: async ({ signal }) => (await request<Workflow>('GET', `/workflows/${id}`, { signal })).name,
    staleTime: 30_000,
    retry: false,
  })
}

/** Workflows whose drafts run this one. */
export function usersQuery(id: string) {
  return queryOptions({
    queryKey: [...workflowKeys.all, { uses: id }],
    queryFn: async ({ signal }) =>
      (await request<Page<WorkflowRow>>('GET', '/workflows', { query: { uses: id, limit: 50 }, signal }))
        .items,
  })
}

export const startersQuery = queryOptions({
  queryKey: ['starters'],
  queryFn: async ({ signal }) => {
    return (await request<Page<Starter>>('GET', '/starters', { signal })).items
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export interface NewWorkflow {
  name?: string
  document?: WorkflowDocument
  starter?: string
  folder?: string
}

/** Refetches the lists; the answer of the change itself is stored under its own key. */
function useWorkflowChange<V, R>(change: (variables: V) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: workflowKeys.all }),
  })
}

export function useCreateWorkflow() {
  return useWorkflowChange((body: NewWorkflow) => request<Workflow>('POST', '/workflows', { body }))
}

export function useDuplicateWorkflow() {
  return useWorkflowChange((id: string) => request<Workflow>('POST', `/workflows/${id}/duplicate`))
}

export function useTagWorkflow() {
  return useWorkflowChange(({ id, tags }: { id: string; tags: string[] }) =>
    request<WorkflowRow>('PUT', `/workflows/${id}/tags`, { body: { tags } }),
  )
}

export function useDeleteWorkflow() {
  return useWorkflowChange((id: string) => request<void>('DELETE', `/workflows/${id}`))
}

/** Raises ApiError 409 `workflow.revision_conflict`, with `body.current` {document, revision}. */
export function saveWorkflow(
  id: string,
  body: { document: WorkflowDocument; revision: number },
): Promise<Workflow> {
  return request<Workflow>('PUT', `/workflows/${id}`, { body })
}

export function usePublishWorkflow(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { name?: string }) =>
      request<{ version: WorkflowVersion }>('POST', `/workflows/${id}/publish`, { body }),
    meta: { showsOwnErrors: true },
    onSuccess: () => refreshWorkflow(client, id),
  })
}

export function useUnpublishWorkflow(id: string) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: () => request<Workflow>('POST', `/workflows/${id}/unpublish`),
    onSuccess: () => refreshWorkflow(client, id),
  })
}

async function refreshWorkflow(client: ReturnType<typeof useQueryClient>, id: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: workflowKeys.one(id) }),
    client.invalidateQueries({ queryKey: workflowKeys.all }),
  ])
}

export interface RunRequest {
  items?: JsonObject[]
  node?: string
  until?: string
  /** An earlier run, whose data is used wherever nothing has changed since. */
  reuse_run?: string
  /** With `reuse_run`: the node to perform anew, with all that follows. */
  from?: string
  wait_seconds?: number
  version?: 'draft' | 'live'
}

export function runWorkflow(id: string, body: RunRequest): Promise<StartedRun> {
  return request<StartedRun>('POST', `/workflows/${id}/run`, { body })
}
