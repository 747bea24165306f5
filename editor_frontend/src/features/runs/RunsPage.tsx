import { useInfiniteQuery } from '@tanstack/react-query'
import { ListVideo } from 'lucide-react'
import { useCallback, useMemo } from 'react'
import { Link, useNavigate, useSearchParams } from 'react-router'
import { useConnection, useMergedRuns, useRunsFeed } from '@/api/live'
import { runsQuery } from '@/api/runs'
import type { RunStatus, RunSummary } from '@/api/types'
import { workflowsQuery } from '@/api/workflows'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Input'
import { Page } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { type StatusName, statusLooks } from '@/ui/StatusPill'
import { Table } from '@/ui/Table'
import { runColumns } from './run-columns'

const statuses: RunStatus[] = ['running', 'paused', 'failed', 'succeeded', 'queued', 'cancelled']
const statusOptions = [
  { value: '', label: 'Any state' },
  ...statuses.map((status: StatusName) => ({ value: status, label: statusLooks[status].word })),
]

export function RunsPage() {
  const navigate = useNavigate()
  const [search, setSearch] = useSearchParams()
  const workflow = search.get('workflow') ?? ''
  const status = search.get('status') ?? ''
  const runs = useInfiniteQuery(runsQuery({ workflow, status }))
  const fetched = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data])
  const matches = useCallback(
    (run: RunSummary) => (!workflow || run.workflow_id === workflow) && (!status || run.status === status),
    [workflow, status],
  )
  const rows = useMergedRuns(fetched, useRunsFeed(), matches)
  const filter = (name: string, value: string) =>
    setSearch(
      (before) => {
        if (value) before.set(name, value)
        else before.delete(name)
        return before
      },
      { replace: true },
    )
  return (
    <Page
      title="Runs"
      aside={<LiveBadge />}
      actions={
        <>
          <WorkflowFilter value={workflow} onChange={(value) => filter('workflow', value)} />
          <Select
            aria-label="State"
            style={{ width: 'auto' }}
            options={statusOptions}
            value={status}
            onChange={(event) => filter('status', event.target.value)}
          />
        </>
      }
    >
      {runs.isPending && <Skeleton lines={8} />}
      {rows.length > 0 && (
        <Table
          label="Runs"
          columns={runColumns}
          rows={rows}
          rowKey={(run) => run.id}
          onOpen={(run) => void navigate(`/runs/${run.id}`)}
        />
      )}
      {runs.hasNextPage && (
        <Button onClick={() => void runs.fetchNextPage()} isBusy={runs.isFetchingNextPage}>
          Show older runs
        </Button>
      )}
      {runs.isSuccess && rows.length === 0 && (
        <EmptyState icon={<ListVideo />} title={workflow || status ? 'No run fits' : 'No runs yet'}>
          {workflow || status ? (
            'Other filters may show more.'
          ) : (
            <>
              Each time a workflow is started, by hand, by a webhook or by the clock, its run appears here and
              can be watched live or replayed step by step. <Link to="/workflows">Open a workflow</Link> and
              press Run.
            </>
          )}
        </EmptyState>
      )}
    </Page>
  )
}

function LiveBadge() {
  const isLive = useConnection() === 'open'
  return <Badge tone={isLive ? 'succeeded' : 'neutral'}>{isLive ? '● live' : '○ connecting'}</Badge>
}

function WorkflowFilter({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { data } = useInfiniteQuery(workflowsQuery())
  const known = data?.pages.flatMap((page) => page.items) ?? []
  const options = [
    { value: '', label: 'All workflows' },
    ...known.map(({ id, name }) => ({ value: id, label: name })),
  ]
  if (value && !known.some(({ id }) => id === value)) options.push({ value, label: 'This workflow' })
  return (
    <Select
      aria-label="Workflow"
      style={{ width: 'auto', maxWidth: 220 }}
      options={options}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  )
}
