import { Bell, BellOff } from 'lucide-react'
import { canNotify, type Notified, useChooseNotified, useNotified } from '@/api/notifications'
import { Menu } from '@/ui/Menu'
import styles from './ViewsNav.module.css'

const choices: { value: Notified; label: string; short: string }[] = [
  { value: 'off', label: 'Nothing', short: 'Notify me' },
  { value: 'mine', label: 'What is asked of me', short: 'Notified of mine' },
  { value: 'everything', label: 'Every new task', short: 'Notified of all' },
]

/** Of which new tasks the browser tells while the app is open in a tab. */
export function NotificationSwitch() {
  const notified = useNotified()
  const choose = useChooseNotified()
  if (!canNotify()) return null
  const Icon = notified === 'off' ? BellOff : Bell
  return (
    <Menu
      align="start"
      side="top"
      header="Notifications of this browser"
      entries={choices.map(({ value, label }) => ({
        label: value === notified ? `${label} ✓` : label,
        onSelect: () => choose.mutate(value),
      }))}
      trigger={
        <button type="button" className={styles.view}>
          <Icon aria-hidden="true" />
          <span>{choices.find(({ value }) => value === notified)?.short}</span>
        </button>
      }
    />
  )
}
