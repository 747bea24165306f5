import { QueryClientProvider } from '@tanstack/react-query'
import { useEffect } from 'react'
import { Outlet } from 'react-router'
import { errorText, onSignedOut } from '@/api/client'
import { connectLive } from '@/api/live'
import { makeQueryClient } from '@/api/query-client'
import { sessionQuery } from '@/api/session'
import { ToastRegion } from '@/ui/Toast'
import { TooltipProvider } from '@/ui/Tooltip'
import { showToast } from '@/ui/toast-store'

const queryClient = makeQueryClient((error) => showToast(errorText(error), { tone: 'problem' }))

/** Providers around all routes. */
export function Root() {
  useEffect(() => connectLive(queryClient), [])
  useEffect(() => onSignedOut(() => void queryClient.invalidateQueries(sessionQuery)), [])
  return (
    <QueryClientProvider client={queryClient}>
      <TooltipProvider>
        <Outlet />
        <ToastRegion />
      </TooltipProvider>
    </QueryClientProvider>
  )
}
