import { lazy, Suspense, useEffect } from 'react'
import { Outlet, useNavigate } from 'react-router'
import { useInboxCount } from '@/api/live'
import { useNotified } from '@/api/notifications'
import { registerCommands } from '@/ui/commands'
import { useIsPhone } from '@/ui/use-media'
import styles from './AppLayout.module.css'
import { CommandPalette } from './CommandPalette'
import { destinations } from './navigation'
import { PhoneBar } from './PhoneBar'
import { Rail } from './Rail'

const Notifier = lazy(async () => ({ default: (await import('@/features/inbox/Notifier')).Notifier }))

/** What surrounds every page once someone is signed in. */
export function AppLayout() {
  const isPhone = useIsPhone()
  const inboxCount = useInboxCount()
  const notified = useNotified()
  useGoToCommands()
  return (
    <div className={styles.layout}>
      <a className={styles.skip} href="#content">
        Skip to content
      </a>
      {!isPhone && <Rail inboxCount={inboxCount} />}
      <div className={styles.content} id="content" tabIndex={-1}>
        <Outlet />
      </div>
      {isPhone && <PhoneBar inboxCount={inboxCount} />}
      <CommandPalette />
      {notified !== 'off' && (
        <Suspense>
          <Notifier key={notified} view={notified} />
        </Suspense>
      )}
    </div>
  )
}

function useGoToCommands(): void {
  const navigate = useNavigate()
  useEffect(
    () =>
      registerCommands(
        destinations.map(({ to, label }) => ({
          id: `go:${to}`,
          title: label,
          group: 'Go to',
          run: () => void navigate(to),
        })),
      ),
    [navigate],
  )
}
