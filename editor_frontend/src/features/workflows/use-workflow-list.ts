import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useSearchParams } from 'react-router'
import { foldersQuery } from '@/api/folders'
import { type WorkflowFilter, workflowsQuery } from '@/api/workflows'
import { useDebounced } from '@/ui/use-debounced'

const noFolders: never[] = []

/** What the page lists: one folder, or what was searched for in it and in all below it. */
export function useWorkflowList() {
  const [params] = useSearchParams()
  const folder = params.get('folder') ?? ''
  const [search, setSearch] = useState('')
  const [tag, setTag] = useState('')
  const settled = useDebounced(search, 250)
  const isSearching = settled !== '' || tag !== ''
  const filter: WorkflowFilter = isSearching
    ? { search: settled, tag, folder, below: true }
    : { folder: folder || '/' }
  const workflows = useInfiniteQuery(workflowsQuery(filter))
  const rows = useMemo(() => workflows.data?.pages.flatMap((page) => page.items) ?? [], [workflows.data])
  const { data: folders = noFolders } = useQuery(foldersQuery)
  return { folder, folders, search, setSearch, tag, setTag, isSearching, workflows, rows }
}
