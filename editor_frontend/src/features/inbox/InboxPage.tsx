import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Inbox, Keyboard } from 'lucide-react'
import { useMemo, useRef, useState } from 'react'
import { useLocation, useNavigate, useParams } from 'react-router'
import { type TaskFilter, tasksQuery, viewCountsQuery } from '@/api/inbox'
import { useConnection } from '@/api/live'
import type { TaskRow } from '@/api/types'
import { Badge } from '@/ui/Badge'
import { Button } from '@/ui/Button'
import { classes } from '@/ui/classes'
import { EmptyState } from '@/ui/EmptyState'
import { IconButton } from '@/ui/IconButton'
import { Kbd } from '@/ui/Kbd'
import { Page } from '@/ui/Page'
import { useIsPhone } from '@/ui/use-media'
import { BulkDialog } from './BulkDialog'
import styles from './InboxPage.module.css'
import { KeySheet } from './KeySheet'
import { useKeys, useLeavingFields } from './keys'
import { ListSearch } from './ListSearch'
import { neighbourOf, usePlace } from './place'
import { TaskList } from './TaskList'
import { TaskPane } from './TaskPane'
import { useTicks } from './use-ticks'
import { ViewsNav } from './ViewsNav'

export function InboxPage() {
  const { taskId } = useParams()
  const isPhone = useIsPhone()
  const [place, changePlace] = usePlace()
  const tasks = useTasks(place)
  const ticks = useTicks(tasks.rows)
  const shownId = taskId ?? (isPhone ? undefined : tasks.rows[0]?.id)
  const open = useOpen(isPhone)
  const [isDecidingSeveral, setDecidingSeveral] = useState(false)
  const [isShowingKeys, setShowingKeys] = useState(false)
  useLeavingFields()
  const searchField = useRef<HTMLInputElement>(null)
  const neighbour = useNeighbour(tasks.rows, shownId)
  const nextId = neighbour(1) ?? tasks.rows.find(({ id }) => id !== shownId)?.id
  const walk = (step: number) => open(neighbour(step) ?? shownId)
  useKeys({
    j: () => walk(1),
    k: () => walk(-1),
    n: () => open(nextId ?? shownId),
    x: () => shownId && ticks.toggle(shownId),
    '/': () => searchField.current?.focus(),
    '?': () => setShowingKeys(true),
  })
  const showsList = !(isPhone && shownId)
  return (
    <Page
      title="Inbox"
      isFlush
      aside={<LiveBadge />}
      actions={
        <>
          <Hints />
          {!isPhone && (
            <IconButton label="Keys" shortcut="?" icon={<Keyboard />} onClick={() => setShowingKeys(true)} />
          )}
          {(!isPhone || ticks.ids.length > 0) && (
            <Button
              disabled={ticks.ids.length === 0}
              title={ticks.ids.length === 0 ? 'Tick tasks in the list first' : undefined}
              onClick={() => setDecidingSeveral(true)}
            >
              {ticks.ids.length > 0 ? `Decide ${ticks.ids.length} together …` : 'Decide several …'}
            </Button>
          )}
        </>
      }
    >
      {!isPhone && <ViewsNav place={place} isPhone={false} />}
      {showsList && (
        <section className={styles.list} aria-label="Tasks">
          {isPhone && <ViewsNav place={place} isPhone />}
          <ListSearch place={place} onChange={changePlace} fieldRef={searchField} />
          <TaskList
            rows={tasks.rows}
            shownId={shownId}
            isPending={tasks.isPending}
            hasMore={tasks.hasMore}
            onMore={tasks.more}
            onOpen={open}
            place={place}
            ticks={ticks}
          />
        </section>
      )}
      <section
        className={classes(styles.detail, isPhone && !shownId && styles.hidden)}
        aria-label="Task"
        id="task"
      >
        {shownId ? (
          <TaskPane
            key={shownId}
            taskId={shownId}
            onBack={isPhone ? () => open(undefined) : undefined}
            onNext={nextId ? () => open(nextId) : undefined}
          />
        ) : (
          !tasks.isPending && <NothingWaits />
        )}
      </section>
      <KeySheet isOpen={isShowingKeys} onClose={() => setShowingKeys(false)} />
      {isDecidingSeveral && (
        <BulkDialog
          ids={ticks.ids}
          onClose={() => {
            setDecidingSeveral(false)
            ticks.clear()
          }}
          onCancel={() => setDecidingSeveral(false)}
        />
      )}
    </Page>
  )
}

function useTasks(place: TaskFilter) {
  const tasks = useInfiniteQuery({ ...tasksQuery(place), placeholderData: (before) => before })
  const rows = useMemo(() => tasks.data?.pages.flatMap((page) => page.items) ?? [], [tasks.data])
  const { fetchNextPage } = tasks
  return {
    rows,
    isPending: tasks.isPending,
    hasMore: tasks.hasNextPage,
    more: () => void fetchNextPage(),
  }
}

/** Opening keeps the list; on a phone the way back is a step of the browser's history. */
function useOpen(isPhone: boolean): (id: string | undefined) => void {
  const navigate = useNavigate()
  const { search } = useLocation()
  return (id) => void navigate({ pathname: id ? `/inbox/${id}` : '/inbox', search }, { replace: !isPhone })
}

/** What finds the task before or after the shown one, also once that was decided and left the list. */
function useNeighbour(rows: readonly TaskRow[], shownId: string | undefined) {
  const stood = useRef(0)
  const index = rows.findIndex(({ id }) => id === shownId)
  if (index >= 0) stood.current = index
  return (step: number) => neighbourOf(rows, index, stood.current, step)?.id
}

function NothingWaits() {
  const { data } = useQuery(viewCountsQuery)
  const elsewhere = data?.everything ?? 0
  return (
    <EmptyState icon={<Inbox />} title="Nothing is waiting for you">
      {elsewhere > 0 ? (
        <p>{`${elsewhere} ${elsewhere === 1 ? 'task waits' : 'tasks wait'} for others, under Everything.`}</p>
      ) : (
        <p>
          When a workflow asks for a decision, it appears here with its context, and the run goes on the
          moment you answer. Add an <em>Approval</em> node to a workflow to try it.
        </p>
      )}
    </EmptyState>
  )
}

function LiveBadge() {
  const isLive = useConnection() === 'open'
  return (
    <span role="status">
      <Badge tone={isLive ? 'succeeded' : 'neutral'}>{isLive ? '● live' : '○ connecting'}</Badge>
    </span>
  )
}

function Hints() {
  return (
    <span className={styles.hints} aria-hidden="true">
      <Kbd keys="j" /> <Kbd keys="k" /> move <Kbd keys="a" /> approve <Kbd keys="e" /> edit <Kbd keys="c" />{' '}
      comment
    </span>
  )
}
