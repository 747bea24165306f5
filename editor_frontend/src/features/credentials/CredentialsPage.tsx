import { Page } from '@/ui/Page'

export function CredentialsPage() {
  return <Page title="Credentials">{null}</Page>
}
