import { CloudOff } from 'lucide-react'
import { useRouteError } from 'react-router'
import { ApiError, errorText } from '@/api/client'
import { Button } from '@/ui/Button'
import { EmptyState } from '@/ui/EmptyState'
import { NotFoundPage } from './NotFoundPage'

/** Instead of a page that could not be shown; the rest of the app stays usable. */
export function FailedPage({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const words = errorText(error)
  const sentence = `${words.charAt(0).toUpperCase()}${words.slice(1)}`
  if (error instanceof ApiError && error.status === 404) return <NotFoundPage>{sentence}.</NotFoundPage>
  return (
    <main style={{ flex: 1, overflow: 'auto' }}>
      <title>Something went wrong · Orchestrator</title>
      <h1 className="visually-hidden">Something went wrong</h1>
      <EmptyState
        icon={<CloudOff />}
        title="This page could not be shown"
        action={
          <Button variant="primary" onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {sentence}
      </EmptyState>
    </main>
  )
}

export function RouteError() {
  return <FailedPage error={useRouteError()} onRetry={() => window.location.reload()} />
}
