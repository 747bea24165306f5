import { useInfiniteQuery } from '@tanstack/react-query'
import { Inbox } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useNavigate, useParams } from 'react-router'
import { type InboxView, tasksQuery } from '@/api/inbox'
import { useConnection, useInboxCount } from '@/api/live'
import { Badge } from '@/ui/Badge'
import { classes } from '@/ui/classes'
import { EmptyState } from '@/ui/EmptyState'
import { Kbd } from '@/ui/Kbd'
import { Page } from '@/ui/Page'
import { SearchInput } from '@/ui/SearchInput'
import { useDebounced } from '@/ui/use-debounced'
import { useIsPhone } from '@/ui/use-media'
import styles from './InboxPage.module.css'
import { TaskList } from './TaskList'
import { TaskPane } from './TaskPane'
import { useInboxKeys } from './use-inbox-keys'

const views: { view: InboxView; label: string }[] = [
  { view: 'everything', label: 'Everything' },
  { view: 'mine', label: 'Mine' },
  { view: 'overdue', label: 'Overdue' },
  { view: 'done', label: 'Done' },
]

export function InboxPage() {
  const { taskId } = useParams()
  const navigate = useNavigate()
  const isPhone = useIsPhone()
  const [view, setView] = useState<InboxView>('everything')
  const [search, setSearch] = useState('')
  const tasks = useInfiniteQuery(tasksQuery(view, useDebounced(search, 250)))
  const rows = useMemo(() => tasks.data?.pages.flatMap((page) => page.items) ?? [], [tasks.data])
  const shownId = taskId ?? (isPhone ? undefined : rows[0]?.id)
  const open = (id: string | undefined) =>
    void navigate(id ? `/inbox/${id}` : '/inbox', { replace: !isPhone })
  useInboxKeys(rows, shownId, open)
  const showsList = !(isPhone && shownId)
  return (
    <Page title="Inbox" isFlush aside={<LiveBadge />} actions={<Hints />}>
      <nav className={styles.views} aria-label="Which tasks">
        {views.map((each) => (
          <ViewButton
            key={each.view}
            {...each}
            isChosen={each.view === view}
            onChoose={() => setView(each.view)}
          />
        ))}
        <a className={styles.admin} href="/admin/inbox/humantask/">
          Open in the administration
        </a>
      </nav>
      {showsList && (
        <div className={styles.list}>
          {isPhone && (
            <div className={styles.phoneViews}>
              {views.map((each) => (
                <ViewButton
                  key={each.view}
                  {...each}
                  isChosen={each.view === view}
                  onChoose={() => setView(each.view)}
                />
              ))}
            </div>
          )}
          <div className={styles.search}>
            <SearchInput label="Search tasks" value={search} onChange={setSearch} />
          </div>
          <TaskList
            rows={rows}
            shownId={shownId}
            isPending={tasks.isPending}
            hasMore={tasks.hasNextPage}
            onMore={() => void tasks.fetchNextPage()}
            onOpen={open}
            view={view}
            isSearching={search !== ''}
          />
        </div>
      )}
      <div className={classes(styles.detail, isPhone && !shownId && styles.hidden)}>
        {shownId ? (
          <TaskPane key={shownId} taskId={shownId} onBack={isPhone ? () => open(undefined) : undefined} />
        ) : (
          !tasks.isPending && (
            <EmptyState icon={<Inbox />} title="Nothing is waiting for you">
              When a workflow asks for a decision, it appears here with its context, and the run goes on the
              moment you answer. Add an <em>Approval</em> node to a workflow to try it.
            </EmptyState>
          )
        )}
      </div>
    </Page>
  )
}

function ViewButton(props: { view: InboxView; label: string; isChosen: boolean; onChoose: () => void }) {
  const count = useInboxCount()
  return (
    <button type="button" className={styles.view} aria-pressed={props.isChosen} onClick={props.onChoose}>
      {props.label}
      {props.view === 'everything' && count > 0 && <span>{count}</span>}
    </button>
  )
}

function LiveBadge() {
  const isLive = useConnection() === 'open'
  return <Badge tone={isLive ? 'succeeded' : 'neutral'}>{isLive ? '● live' : '○ connecting'}</Badge>
}

function Hints() {
  return (
    <span className={styles.hints}>
      <Kbd keys="j" /> <Kbd keys="k" /> move <Kbd keys="a" /> approve <Kbd keys="r" /> reject <Kbd keys="c" />{' '}
      comment
    </span>
  )
}
