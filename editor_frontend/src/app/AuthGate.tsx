import { useQuery } from '@tanstack/react-query'
import { Navigate, Outlet, useLocation } from 'react-router'
import { sessionQuery } from '@/api/session'
import { FailedPage } from './FailedPage'

/** Lets only signed-in people through; the very first visitor becomes the owner. */
export function AuthGate() {
  const session = useQuery(sessionQuery)
  const { pathname, search } = useLocation()
  if (session.isPending) return null
  if (session.isError) return <FailedPage error={session.error} onRetry={() => void session.refetch()} />
  if (session.data.needs_owner) return <Navigate to="/welcome" replace />
  if (!session.data.user) {
    const next = pathname === '/' ? '' : `?next=${encodeURIComponent(pathname + search)}`
    return <Navigate to={`/signin${next}`} replace />
  }
  return <Outlet />
}
