import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client'
import type { Folder, Page } from './types'
import { workflowKeys } from './workflows'

/** All folders, empty ones too, by path. */
export const foldersQuery = queryOptions({
  queryKey: [...workflowKeys.all, 'folders'],
  queryFn: async ({ signal }) => (await request<Page<Folder>>('GET', '/folders', { signal })).items,
})

/** Workflows move with their folders, so the lists of both are fetched again. */
function useFolderChange<V, R>(change: (variables: V) => Promise<R>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    onSuccess: () => client.invalidateQueries({ queryKey: workflowKeys.all }),
  })
}

export function useCreateFolder() {
  return useFolderChange((path: string) => request<Folder>('POST', '/folders', { body: { path } }))
}

/** Renames a folder, or puts it elsewhere, with all in it. */
export function useMoveFolder() {
  return useFolderChange((body: { path: string; to: string }) =>
    request<Folder>('POST', '/folders/move', { body }),
  )
}

/** What is in it moves up. */
export function useDeleteFolder() {
  return useFolderChange((path: string) => request<void>('DELETE', '/folders', { query: { path } }))
}

export function useFileWorkflows() {
  return useFolderChange((body: { ids: string[]; folder: string }) =>
    request<{ moved: number }>('POST', '/folders/file', { body }),
  )
}
