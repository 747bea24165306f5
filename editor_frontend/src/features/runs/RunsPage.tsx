import { useInfiniteQuery } from '@tanstack/react-query'
import { ListVideo } from 'lucide-react'
import { useCallback, useEffect, useMemo, useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { useConnection, useMergedRuns, useRunsFeed } from '@/api/live'
import { runsQuery } from '@/api/runs'
import type { RunStatus, RunSummary } from '@/api/types'
import { WorkflowSelect } from '@/forms/WorkflowSelect'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { Select } from '@/ui/Input'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { Skeleton } from '@/ui/Skeleton'
import { type StatusName, statusLooks } from '@/ui/StatusPill'
import { Table } from '@/ui/Table'
import { useChosen } from '@/ui/use-chosen'
import { useDebounced } from '@/ui/use-debounced'
import { RunsBar } from './RunsBar'
import { runColumns } from './run-columns'
import { type RunFilters, times, useRunFilters } from './run-filters'
import styles from './runs.module.css'

const statuses: RunStatus[] = ['running', 'paused', 'failed', 'succeeded', 'queued', 'cancelled']
const statusOptions = [
  { value: '', label: 'Any state' },
  ...statuses.map((status: StatusName) => ({ value: status, label: statusLooks[status].word })),
]

export function RunsPage() {
  const navigate = useNavigate()
  const filters = useRunFilters()
  const runs = useInfiniteQuery(runsQuery(filters.query))
  const fetched = useMemo(() => runs.data?.pages.flatMap((page) => page.items) ?? [], [runs.data])
  const known = useMemo(() => new Set(fetched.map(({ id }) => id)), [fetched])
  const { matches, text } = filters
  const fits = useCallback(
    (run: RunSummary) => matches(run) && (!text || known.has(run.id)),
    [matches, text, known],
  )
  const rows = useMergedRuns(fetched, useRunsFeed(), fits)
  const chosen = useChosen(rows, boxLabel)
  const columns = useMemo(() => [chosen.column, ...runColumns], [chosen.column])
  const looked = runs.data?.pages.reduce((sum, page) => sum + (page.looked ?? 0), 0) ?? 0
  return (
    <Page title="Runs" aside={<LiveBadge />} actions={<Filters filters={filters} />}>
      {chosen.rows.length > 0 && <RunsBar chosen={chosen.rows} onClear={chosen.clear} />}
      {runs.isPending && <Skeleton lines={8} />}
      {rows.length > 0 && (
        <Table
          label="Runs"
          columns={columns}
          rows={rows}
          rowKey={(run) => run.id}
          onOpen={(run) => void navigate(`/runs/${run.id}`)}
        />
      )}
      {runs.isSuccess && rows.length === 0 && <Nothing isFiltered={filters.isAny} text={text} />}
      {text && runs.isSuccess && (
        <p className={styles.looked}>{`Looked into ${looked} ${looked === 1 ? 'run' : 'runs'}.`}</p>
      )}
      {runs.hasNextPage && (
        <Button onClick={() => void runs.fetchNextPage()} isBusy={runs.isFetchingNextPage}>
          {text ? 'Look further back' : 'Show older runs'}
        </Button>
      )}
    </Page>
  )
}

function boxLabel(run: RunSummary): string {
  return `Choose this run of ${run.workflow_name}, ${run.status}`
}

function Filters({ filters }: { filters: RunFilters }) {
  const { set } = filters
  const [text, setText] = useState(filters.text)
  const settled = useDebounced(text, 300)
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what was typed goes into the address
  useEffect(() => {
    if (settled !== filters.text) set('text', settled)
  }, [settled])
  return (
    <div className={styles.filters}>
      <SearchInput label="Search in the data" value={text} onChange={setText} />
      <WorkflowSelect value={filters.workflow} onChange={(value) => set('workflow', value)} />
      <Select
        aria-label="State"
        style={{ width: 'auto' }}
        options={statusOptions}
        value={filters.status}
        onChange={(event) => set('status', event.target.value)}
      />
      <Select
        aria-label="Time"
        style={{ width: 'auto' }}
        options={times}
        value={filters.hours}
        onChange={(event) => set('hours', event.target.value)}
      />
    </div>
  )
}

function Nothing({ isFiltered, text }: { isFiltered: boolean; text: string }) {
  if (!isFiltered) {
    return (
      <EmptyState icon={<ListVideo />} title="No runs yet">
        Each time a workflow is started, by hand, by a webhook or by the clock, its run appears here and can
        be watched live or replayed step by step. <Link to="/workflows">Open a workflow</Link> and press Run.
      </EmptyState>
    )
  }
  return (
    <EmptyState icon={<ListVideo />} title={text ? `No run with “${text}” in its data` : 'No run fits'}>
      Other filters may show more.
    </EmptyState>
  )
}

function LiveBadge() {
  const isLive = useConnection() === 'open'
  return <Badge tone={isLive ? 'succeeded' : 'neutral'}>{isLive ? '● live' : '○ connecting'}</Badge>
}
