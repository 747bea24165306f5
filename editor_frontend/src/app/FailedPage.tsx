import { CloudOff } from 'lucide-react'
import { useRouteError } from 'react-router'
import { errorText } from '@/api/client'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'

/** Instead of a page that could not be shown; the rest of the app stays usable. */
export function FailedPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  return (
    <main style={{ flex: 1, overflow: 'auto' }}>
      <title>Something went wrong · Orchestrator</title>
      <EmptyState
        icon={<CloudOff />}
        title="This page could not be shown"
        action={
          <Button variant="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {errorText(error)}
      </EmptyState>
    </main>
  )
}

export function RouteError() {
  return <FailedPage error={useRouteError()} onRetry={() => window.location.reload()} />
}
