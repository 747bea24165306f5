import { useQuery } from '@tanstack/react-query'
import { ChartNoAxesColumn, UserRoundX, X } from 'lucide-react'
import { useState } from 'react'
import { Link, useNavigate } from 'react-router'
import { filtersQuery, type TaskFilter, useForgetFilter, viewCountsQuery } from '@/api/inbox'
import type { SavedFilter } from '@/api/types'
import { classes } from '@/ui/classes'
import { IconButton } from '@/ui/IconButton'
import { AwayDialog } from './AwayDialog'
import { NotificationSwitch } from './NotificationSwitch'
import { placeOf, searchOf, views } from './place'
import styles from './ViewsNav.module.css'

/** The lists: those that everyone has, and those that were saved. */
export function ViewsNav({ place, isPhone }: { place: TaskFilter; isPhone: boolean }) {
  const { data: counts } = useQuery(viewCountsQuery)
  const { data: saved = [] } = useQuery(filtersQuery)
  const [isAwayOpen, setAwayOpen] = useState(false)
  const shown = searchOf(place)
  return (
    <nav className={classes(styles.views, isPhone && styles.phone)} aria-label="Lists">
      {views.map(({ view, label }) => (
        <Link
          key={view}
          to={{ pathname: '/inbox', search: searchOf({ view }) }}
          className={styles.view}
          aria-current={shown === searchOf({ view }) ? 'page' : undefined}
        >
          <span>{label}</span>
          {view !== 'done' && counts && <Count number={counts[view]} isUrgent={view === 'overdue'} />}
        </Link>
      ))}
      {saved.length > 0 && <h2 className={styles.title}>Saved lists</h2>}
      {saved.map((filter) => (
        <Saved key={filter.id} filter={filter} shown={shown} />
      ))}
      <div className={styles.more}>
        <Link to="/inbox/figures" className={styles.view}>
          <ChartNoAxesColumn aria-hidden="true" />
          <span>Figures</span>
        </Link>
        <button type="button" className={styles.view} onClick={() => setAwayOpen(true)}>
          <UserRoundX aria-hidden="true" />
          <span>Be away</span>
        </button>
        {!isPhone && <NotificationSwitch />}
      </div>
      {isAwayOpen && <AwayDialog onClose={() => setAwayOpen(false)} />}
    </nav>
  )
}

function Count({ number, isUrgent }: { number: number; isUrgent: boolean }) {
  const words = number >= 1000 ? '999+' : String(number)
  return (
    <b
      className={classes(styles.count, number === 0 && styles.none, isUrgent && number > 0 && styles.urgent)}
    >
      {words}
    </b>
  )
}

function Saved({ filter, shown }: { filter: SavedFilter; shown: string }) {
  const search = searchOf(placeOf(new URLSearchParams(filter.wanted)))
  const isShown = search === shown
  const forget = useForgetFilter()
  const navigate = useNavigate()
  return (
    <div className={styles.saved}>
      <Link
        to={{ pathname: '/inbox', search }}
        className={styles.view}
        aria-current={isShown ? 'page' : undefined}
      >
        <span>{filter.name}</span>
      </Link>
      {isShown && (
        <IconButton
          label={`Forget the list ${filter.name}`}
          size="small"
          icon={<X />}
          onClick={() => forget.mutate(filter.id, { onSuccess: () => void navigate('/inbox') })}
        />
      )}
    </div>
  )
}
