import { PanelLeftClose, PanelLeftOpen } from 'lucide-react'
import { useState } from 'react'
import { Link, NavLink } from 'react-router'
import { CountBadge } from '@/ui/Badge'
import { classes } from '@/ui/classes'
import { Tooltip } from '@/ui/Tooltip'
import { Logo } from './Logo'
import { type Destination, destinations, inboxPath } from './navigation'
import styles from './Rail.module.css'
import { UserMenu } from './UserMenu'

const storageKey = 'rail'

export function Rail({ inboxCount }: { inboxCount: number }) {
  const [isWide, setWide] = useState(() => localStorage.getItem(storageKey) === 'wide')
  const toggle = () => {
    localStorage.setItem(storageKey, isWide ? 'narrow' : 'wide')
    setWide(!isWide)
  }
  return (
    <nav className={classes(styles.rail, isWide && styles.wide)} aria-label="Main">
      <Link to="/" className={styles.brand} aria-label="Orchestrator, home">
        <Logo />
        {isWide && <span>Orchestrator</span>}
      </Link>
      <ul className={styles.links}>
        {destinations.map((destination) => (
          <li key={destination.to}>
            <RailLink
              destination={destination}
              isWide={isWide}
              count={destination.to === inboxPath ? inboxCount : 0}
            />
          </li>
        ))}
      </ul>
      <div className={styles.bottom}>
        <UserMenu isWide={isWide} />
        <Tooltip text={isWide ? 'Collapse' : 'Expand'} side="right">
          <button
            type="button"
            className={styles.link}
            onClick={toggle}
            aria-label={isWide ? 'Collapse the menu' : 'Expand the menu'}
            aria-expanded={isWide}
          >
            {isWide ? <PanelLeftClose aria-hidden="true" /> : <PanelLeftOpen aria-hidden="true" />}
            {isWide && <span>Collapse</span>}
          </button>
        </Tooltip>
      </div>
    </nav>
  )
}

function RailLink({
  destination,
  isWide,
  count,
}: {
  destination: Destination
  isWide: boolean
  count: number
}) {
  const { to, label, icon: Icon } = destination
  const link = (
    <NavLink to={to} end={to === '/'} className={styles.link}>
      <Icon aria-hidden="true" />
      <span className={isWide ? undefined : 'visually-hidden'}>{label}</span>
      <span className={styles.count}>
        <CountBadge count={count} label="open" />
      </span>
    </NavLink>
  )
  return isWide ? (
    link
  ) : (
    <Tooltip text={label} side="right">
      {link}
    </Tooltip>
  )
}
