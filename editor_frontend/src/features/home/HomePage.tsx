import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { Link } from 'react-router'
import { mergeRuns, useInboxCount, useRunsFeed } from '@/api/live'
import { runsQuery } from '@/api/runs'
import { sessionQuery } from '@/api/session'
import type { RunStatus, RunSummary } from '@/api/types'
import { workflowsQuery } from '@/api/workflows'
import { Page, Section } from '@/ui/Page'
import { Skeleton } from '@/ui/Skeleton'
import { ComingList } from './ComingList'
import { FirstSteps } from './FirstSteps'
import styles from './HomePage.module.css'
import { PulseCard } from './PulseCard'
import { RunRow } from './RunRow'
import { WorkflowCard } from './WorkflowCard'

const shownRuns = 8
const shownWorkflows = 6

/** The pulse: what runs, what waits, what failed, and where one left off. */
export function HomePage() {
  const { data: session } = useQuery(sessionQuery)
  const workflows = useInfiniteQuery(workflowsQuery())
  const running = useLiveRuns('running,queued')
  const waiting = useLiveRuns('paused')
  const failed = useLiveRuns('failed')
  const recent = useLiveRuns('')
  const inboxCount = useInboxCount()
  const rows = workflows.data?.pages[0]?.items ?? []
  const today = failed.filter(isOfToday)
  const name = session?.user?.name.split(' ')[0]
  return (
    <Page title={name ? `Hello, ${name}` : 'Home'}>
      {workflows.isSuccess && rows.length === 0 ? (
        <FirstSteps />
      ) : (
        <>
          <div className={styles.pulse}>
            <PulseCard kind="running" count={running.length} label="running now" to="/runs?status=running" />
            <PulseCard kind="waiting" count={waiting.length} label="waiting runs" to="/runs?status=paused" />
            <PulseCard kind="inbox" count={inboxCount} label="for you to decide" to="/inbox" />
            <PulseCard kind="failed" count={today.length} label="failed today" to="/runs?status=failed" />
          </div>
          <Section title="Latest runs" actions={<Link to="/runs">All runs</Link>}>
            {recent.length > 0 ? (
              <ul className={styles.runs}>
                {recent.slice(0, shownRuns).map((run) => (
                  <RunRow key={run.id} run={run} />
                ))}
              </ul>
            ) : (
              <p className={styles.quiet}>Nothing has run yet. Open a workflow and press Run.</p>
            )}
          </Section>
          <ComingList />
          <Section title="Recent workflows" actions={<Link to="/workflows">All workflows</Link>}>
            {workflows.isPending && <Skeleton />}
            <ul className={styles.workflows}>
              {rows.slice(0, shownWorkflows).map((row) => (
                <WorkflowCard key={row.id} workflow={row} />
              ))}
            </ul>
          </Section>
        </>
      )}
    </Page>
  )
}

function useLiveRuns(status: string): RunSummary[] {
  const { data } = useInfiniteQuery(runsQuery({ status }, 50))
  const changed = useRunsFeed()
  return useMemo(() => {
    const wanted = new Set(status.split(',').filter(Boolean) as RunStatus[])
    const fetched = data?.pages.flatMap((page) => page.items) ?? []
    return mergeRuns(fetched, changed, (run) => wanted.size === 0 || wanted.has(run.status))
  }, [data, changed, status])
}

function isOfToday(run: RunSummary): boolean {
  return new Date(run.finished_at ?? run.created_at).toDateString() === new Date().toDateString()
}
