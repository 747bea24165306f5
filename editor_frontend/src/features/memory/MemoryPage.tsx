import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Brain, Pencil, Plus, Trash2 } from 'lucide-react'
import { useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { memoryQuery, useForget } from '@/api/memory'
import type { MemoryRow } from '@/api/types'
import { workflowNameQuery } from '@/api/workflows'
import { WorkflowSelect } from '@/forms/WorkflowSelect'
import { Button } from '@/ui/Button'
import { ConfirmDialog } from '@/ui/ConfirmDialog'
import { classes } from '@/ui/classes'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { Skeleton } from '@/ui/Skeleton'
import { type Column, Table } from '@/ui/Table'
import { TimeAgo } from '@/ui/TimeAgo'
import { useDebounced } from '@/ui/use-debounced'
import { EditMemory, NewMemory } from './MemoryDialog'
import styles from './memory.module.css'

const shared = 'shared'
const places = [
  { value: '', label: 'Everywhere' },
  { value: shared, label: 'Shared by all' },
]

/** What workflows remember from run to run. */
export function MemoryPage() {
  const [address, setAddress] = useSearchParams()
  const place = address.get('in') ?? ''
  const [search, setSearch] = useState('')
  const settled = useDebounced(search.trim(), 300)
  const entries = useInfiniteQuery({
    ...memoryQuery({
      ...(settled && { search: settled }),
      ...(place === shared ? { scope: shared } : place && { workflow_id: place }),
    }),
    placeholderData: keepPreviousData,
  })
  const [edited, setEdited] = useState<MemoryRow | 'new' | null>(null)
  const [doomed, setDoomed] = useState<MemoryRow | null>(null)
  const rows = entries.data?.pages.flatMap((page) => page.items) ?? []
  const isNarrowed = Boolean(settled || place)
  const add = (
    <Button variant="primary" icon={<Plus />} onClick={() => setEdited('new')}>
      New value
    </Button>
  )
  const columns: Column<MemoryRow>[] = [
    {
      key: 'key',
      title: 'Key',
      cell: (row) => (
        <>
          <button type="button" className={styles.key} onClick={() => setEdited(row)}>
            {row.key}
          </button>
          <Preview row={row} className={styles.below} />
        </>
      ),
    },
    { key: 'value', title: 'Value', isWideOnly: true, cell: (row) => <Preview row={row} /> },
    { key: 'place', title: 'Kept for', width: '190px', isWideOnly: true, cell: (row) => <Place row={row} /> },
    {
      key: 'changed',
      title: 'Changed',
      width: '130px',
      isWideOnly: true,
      cell: (row) => <TimeAgo at={row.updated_at} />,
    },
    {
      key: 'expires',
      title: 'Forgotten',
      width: '120px',
      isWideOnly: true,
      cell: (row) => (row.expires_at ? <TimeAgo at={row.expires_at} /> : 'never'),
    },
    {
      key: 'actions',
      title: '',
      width: '104px',
      align: 'end',
      cell: (row) => (
        <>
          <IconButton label={`Edit ${row.key}`} icon={<Pencil />} onClick={() => setEdited(row)} />
          <IconButton label={`Forget ${row.key}`} icon={<Trash2 />} onClick={() => setDoomed(row)} />
        </>
      ),
    },
  ]
  return (
    <Page
      title="Memory"
      actions={
        rows.length > 0 || isNarrowed ? (
          <div className={styles.bar}>
            <SearchInput label="Search keys" value={search} onChange={setSearch} />
            <WorkflowSelect
              label="Kept for"
              first={places}
              value={place}
              onChange={(value) => setAddress(value ? { in: value } : {}, { replace: true })}
            />
            {add}
          </div>
        ) : null
      }
    >
      {entries.isPending && <Skeleton lines={6} />}
      {rows.length > 0 && (
        <Table label="Memory" columns={columns} rows={rows} rowKey={({ id }) => id} onOpen={setEdited} />
      )}
      {entries.isSuccess && rows.length === 0 && (
        <EmptyState
          icon={<Brain />}
          title={isNarrowed ? 'Nothing like that is remembered' : 'Nothing is remembered yet'}
          action={isNarrowed ? undefined : add}
        >
          {!isNarrowed &&
            'A Remember node keeps a value by its key, for later runs or for other workflows; Recall and the expression $memory read it. What they keep appears here, to be looked at and corrected.'}
        </EmptyState>
      )}
      {entries.hasNextPage && (
        <Button onClick={() => void entries.fetchNextPage()} isBusy={entries.isFetchingNextPage}>
          Show more
        </Button>
      )}
      {edited === 'new' && (
        <NewMemory place={place === shared ? '' : place} onClose={() => setEdited(null)} />
      )}
      {edited && edited !== 'new' && <EditMemory row={edited} onClose={() => setEdited(null)} />}
      <Forget row={doomed} onClose={() => setDoomed(null)} />
    </Page>
  )
}

function Preview({ row, className }: { row: MemoryRow; className?: string }) {
  const isWhole = row.length <= row.preview.length
  return (
    <code className={classes(styles.preview, className)}>{isWhole ? row.preview : `${row.preview}…`}</code>
  )
}

function Place({ row }: { row: MemoryRow }) {
  const { data: name, isError } = useQuery({
    ...workflowNameQuery(row.workflow_id),
    enabled: row.scope === 'workflow',
  })
  if (row.scope === 'shared') return 'all workflows'
  if (isError) return 'a deleted workflow'
  return <Link to={`/workflows/${row.workflow_id}`}>{name ?? '…'}</Link>
}

function Forget({ row, onClose }: { row: MemoryRow | null; onClose: () => void }) {
  const forget = useForget()
  return (
    <ConfirmDialog
      isOpen={row !== null}
      onClose={onClose}
      title={`Forget “${row?.key}”?`}
      confirmLabel="Forget"
      isBusy={forget.isPending}
      onConfirm={() => row && forget.mutate(row.id, { onSuccess: onClose })}
    >
      Runs that recall it find nothing from now on. This cannot be undone.
    </ConfirmDialog>
  )
}
