import { useQuery } from '@tanstack/react-query'
import { sessionQuery } from '@/api/session'
import { Page, Section } from '@/ui/Page'
import { Segmented } from '@/ui/Segmented'
import { type ThemeChoice, useTheme } from '@/ui/theme'
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
      <TokenSection />
    </Page>
  )
}
