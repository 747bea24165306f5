import { useQuery } from '@tanstack/react-query'
import { LogOut, Monitor, Moon, Settings, Sun } from 'lucide-react'
import { useNavigate } from 'react-router'
import { sessionQuery, useSignOut } from '@/api/session'
import { Menu, type MenuEntry } from '@/ui/Menu'
import { useTheme } from '@/ui/theme'
import styles from './UserMenu.module.css'

export function useUserEntries(): MenuEntry[] {
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { choice, choose } = useTheme()
  const mark = (theme: string) => (theme === choice ? ' ✓' : '')
  return [
    { label: `Light${mark('light')}`, icon: <Sun />, onSelect: () => choose('light') },
    { label: `Dark${mark('dark')}`, icon: <Moon />, onSelect: () => choose('dark') },
    { label: `As the system${mark('system')}`, icon: <Monitor />, onSelect: () => choose('system') },
    null,
    { label: 'Settings', icon: <Settings />, onSelect: () => void navigate('/settings') },
    { label: 'Sign out', icon: <LogOut />, onSelect: () => signOut.mutate() },
  ]
}

export function UserMenu({ isWide }: { isWide: boolean }) {
  const { data: session } = useQuery(sessionQuery)
  const entries = useUserEntries()
  const user = session?.user
  if (!user) return null
  const name = user.name || user.email
  return (
    <Menu
      side="right"
      align="end"
      trigger={
        <button type="button" className={styles.user} aria-label={`${name}: account and theme`}>
          <span className={styles.avatar} aria-hidden="true">
            {initials(name)}
          </span>
          {isWide && <span className={styles.name}>{name}</span>}
        </button>
      }
      header={
        <div className={styles.who}>
          <strong>{name}</strong>
          <span>{user.email}</span>
        </div>
      }
      entries={entries}
    />
  )
}

function initials(name: string): string {
  const words = name.split(/[\s.@_-]+/).filter(Boolean)
  return words
    .slice(0, 2)
    .map((word) => word.charAt(0).toUpperCase())
    .join('')
}
