import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { sessionQuery } from '@/api/session'
import { Button } from '@/ui/Button'
import { Page, Section } from '@/ui/Page'
import { Segmented } from '@/ui/Segmented'
import { type ThemeChoice, useTheme } from '@/ui/theme'
import { PasswordDialog } from './PasswordDialog'
import styles from './SettingsPage.module.css'
import { TokenSection } from './TokenSection'

const themes: { value: ThemeChoice; label: string }[] = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'system', label: 'As the system' },
]

export function SettingsPage() {
  const { data: session } = useQuery(sessionQuery)
  const { choice, choose } = useTheme()
  const [isChanging, setChanging] = useState(false)
  const user = session?.user
  return (
    <Page title="Settings">
      <Section title="You">
        <dl className={styles.profile}>
          <dt>Name</dt>
          <dd>{user?.name || '–'}</dd>
          <dt>E-mail</dt>
          <dd>{user?.email}</dd>
          <dt>Role</dt>
          <dd>{user?.is_owner ? 'Owner' : 'Member'}</dd>
          <dt>Password</dt>
          <dd>
            <Button onClick={() => setChanging(true)}>Change password</Button>
          </dd>
          <dt>Look</dt>
          <dd>
            <Segmented label="Look" value={choice} options={themes} onChange={choose} />
          </dd>
          <dt>People</dt>
          <dd>
            <a href="/admin/accounts/user/">People and teams</a>
          </dd>
        </dl>
      </Section>
      <PasswordDialog isOpen={isChanging} onClose={() => setChanging(false)} />
      <TokenSection />
    </Page>
  )
}
