import { useInfiniteQuery } from '@tanstack/react-query'
import { FileUp, Plus, Workflow } from 'lucide-react'
import { useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { mergeRuns, useRunsFeed } from '@/api/live'
import type { RunSummary, WorkflowRow } from '@/api/types'
import { useCreateWorkflow, workflowsQuery } from '@/api/workflows'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Input'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { Skeleton } from '@/ui/Skeleton'
import { StatusPill } from '@/ui/StatusPill'
import { type Column, Table } from '@/ui/Table'
import { TimeAgo } from '@/ui/TimeAgo'
import { useDebounced } from '@/ui/use-debounced'
import { useIsPhone } from '@/ui/use-media'
import { DeleteWorkflow } from './DeleteWorkflow'
import { ImportButton } from './ImportButton'
import { TagsDialog } from './TagsDialog'
import { useImport } from './use-import'
import { WorkflowMenu } from './WorkflowMenu'
import styles from './WorkflowsPage.module.css'

export function WorkflowsPage() {
  const navigate = useNavigate()
  const isPhone = useIsPhone()
  const imports = useImport()
  const [search, setSearch] = useState('')
  const settled = useDebounced(search, 250)
  const [tag, setTag] = useState('')
  const workflows = useInfiniteQuery(workflowsQuery(settled, tag))
  const rows = useMemo(() => workflows.data?.pages.flatMap((page) => page.items) ?? [], [workflows.data])
  const [doomed, setDoomed] = useState<WorkflowRow | null>(null)
  const [tagged, setTagged] = useState<WorkflowRow | null>(null)
  const columns = useColumns(setDoomed, setTagged)
  const open = (row: WorkflowRow) => void navigate(`/workflows/${row.id}`)
  return (
    <Page
      title="Workflows"
      actions={
        <>
          <SearchInput label="Search workflows" value={search} onChange={setSearch} />
          <TagFilter rows={rows} value={tag} onChange={setTag} />
          {!isPhone && <ImportButton icon={<FileUp />} imports={imports} />}
          <NewButton />
        </>
      }
    >
      <section
        className={styles.drop}
        data-over={imports.isOver}
        aria-label="Workflows"
        {...imports.dropProps}
      >
        <p className={styles.dropWords} aria-hidden={!imports.isOver}>
          Drop the workflow file here
        </p>
        {workflows.isPending && <Skeleton lines={6} />}
        {rows.length > 0 && (
          <Table label="Workflows" columns={columns} rows={rows} rowKey={(row) => row.id} onOpen={open} />
        )}
        {workflows.hasNextPage && (
          <Button onClick={() => void workflows.fetchNextPage()} isBusy={workflows.isFetchingNextPage}>
            Show more
          </Button>
        )}
        {workflows.isSuccess && rows.length === 0 && <Nothing isSearching={settled !== '' || tag !== ''} />}
      </section>
      {tagged && <TagsDialog workflow={tagged} onClose={() => setTagged(null)} />}
      <DeleteWorkflow workflow={doomed} onClose={() => setDoomed(null)} />
    </Page>
  )
}

function NewButton() {
  const navigate = useNavigate()
  const create = useCreateWorkflow()
  return (
    <Button
      variant="primary"
      icon={<Plus />}
      isBusy={create.isPending}
      onClick={() =>
        create.mutate(
          { name: 'New workflow' },
          { onSuccess: (workflow) => void navigate(`/workflows/${workflow.id}`) },
        )
      }
    >
      New workflow
    </Button>
  )
}

function Nothing({ isSearching }: { isSearching: boolean }) {
  if (isSearching) return <EmptyState icon={<Workflow />} title="No workflow fits" />
  return (
    <EmptyState icon={<Workflow />} title="Draw your first workflow" action={<NewButton />}>
      A workflow starts with a trigger, such as a webhook or a schedule, and leads its items through nodes.
      Not sure where to begin? <Link to="/templates">Start from a template</Link>.
    </EmptyState>
  )
}

/** The tags of what is listed; nothing while there are none. */
function TagFilter(props: { rows: readonly WorkflowRow[]; value: string; onChange: (tag: string) => void }) {
  const { rows, value, onChange } = props
  const known = [...new Set([...rows.flatMap(({ tags }) => tags), ...(value ? [value] : [])])].sort()
  if (known.length === 0) return null
  return (
    <Select
      aria-label="Tag"
      style={{ width: 'auto' }}
      options={[{ value: '', label: 'Any tag' }, ...known.map((tag) => ({ value: tag, label: tag }))]}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}

function useColumns(
  onDelete: (row: WorkflowRow) => void,
  onTag: (row: WorkflowRow) => void,
): Column<WorkflowRow>[] {
  const changed = useRunsFeed()
  return useMemo(() => {
    const latest = latestByWorkflow(mergeRuns([], changed))
    return [
      {
        key: 'name',
        title: 'Name',
        cell: (row) => (
          <Link className={styles.name} to={`/workflows/${row.id}`}>
            {row.name}
            {row.tags.map((tag) => (
              <Badge key={tag}>{tag}</Badge>
            ))}
          </Link>
        ),
      },
      {
        key: 'state',
        title: 'State',
        width: '190px',
        cell: (row) => <LiveState row={row} />,
        isWideOnly: true,
      },
      {
        key: 'run',
        title: 'Last run',
        width: '210px',
        cell: (row) => <LastRun row={row} live={latest.get(row.id)} />,
      },
      {
        key: 'changed',
        title: 'Changed',
        width: '130px',
        cell: (row) => <TimeAgo at={row.updated_at} />,
        isWideOnly: true,
      },
      {
        key: 'menu',
        title: '',
        width: '56px',
        align: 'end',
        cell: (row) => (
          <WorkflowMenu workflow={row} onTag={() => onTag(row)} onDelete={() => onDelete(row)} />
        ),
      },
    ]
  }, [changed, onDelete, onTag])
}

function latestByWorkflow(runs: readonly RunSummary[]): Map<string, RunSummary> {
  const latest = new Map<string, RunSummary>()
  for (const run of runs) if (!latest.has(run.workflow_id)) latest.set(run.workflow_id, run)
  return latest
}

function LiveState({ row }: { row: WorkflowRow }) {
  if (row.live_version === null) return <Badge>draft</Badge>
  return (
    <span className={styles.state}>
      <Badge tone="succeeded">{`● live v${row.live_version}`}</Badge>
      {row.draft_differs && <Badge>draft differs</Badge>}
    </span>
  )
}

function LastRun({ row, live }: { row: WorkflowRow; live: RunSummary | undefined }) {
  const known = row.last_run
  const run =
    live && (!known || live.id >= known.id)
      ? { id: live.id, status: live.status, at: live.created_at }
      : known
  if (!run) return <span className={styles.never}>never run</span>
  return (
    <Link className={styles.run} to={`/runs/${run.id}`}>
      <StatusPill status={run.status} />
      <TimeAgo at={run.at} />
    </Link>
  )
}
