import { Ellipsis } from 'lucide-react'
import { NavLink, useNavigate } from 'react-router'
import { CountBadge } from '@/ui/Badge'
import { Menu } from '@/ui/Menu'
import { destinations, inboxPath } from './navigation'
import styles from './PhoneBar.module.css'
import { useUserEntries } from './UserMenu'

/** The bar at the bottom of a phone: reading and approving. */
export function PhoneBar({ inboxCount }: { inboxCount: number }) {
  const navigate = useNavigate()
  const userEntries = useUserEntries()
  const more = destinations
    .filter(({ isOnPhone, to }) => !isOnPhone && to !== '/settings')
    .map(({ to, label, icon: Icon }) => ({ label, icon: <Icon />, onSelect: () => void navigate(to) }))
  return (
    <nav className={styles.bar} aria-label="Main">
      {destinations
        .filter(({ isOnPhone }) => isOnPhone)
        .map(({ to, label, icon: Icon }) => (
          <NavLink key={to} to={to} end={to === '/'} className={styles.link}>
            <span className={styles.icon}>
              <Icon aria-hidden="true" />
              {to === inboxPath && <CountBadge count={inboxCount} label="open" />}
            </span>
            {label}
          </NavLink>
        ))}
      <Menu
        side="top"
        trigger={
          <button type="button" className={styles.link}>
            <Ellipsis aria-hidden="true" />
            More
          </button>
        }
        entries={[...more, null, ...userEntries]}
      />
    </nav>
  )
}
