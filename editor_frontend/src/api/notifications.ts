/** Whether new tasks show as notifications of this browser: what the person chose, and what the browser lets. */
import { queryOptions, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { request } from './client'
import type { InboxPreferences } from './types'

export type Notified = InboxPreferences['in_browser']

const preferencesQuery = queryOptions({
  queryKey: ['inbox-preferences'],
  queryFn: ({ signal }) => request<InboxPreferences>('GET', '/inbox/preferences', { signal }),
  staleTime: Number.POSITIVE_INFINITY,
})

export function canNotify(): boolean {
  return 'Notification' in window
}

/** Of which new tasks this browser tells; off until somebody asked for it here. */
export function useNotified(): Notified {
  const isLet = canNotify() && Notification.permission === 'granted'
  const { data } = useQuery({ ...preferencesQuery, enabled: isLet })
  return (isLet && data?.in_browser) || 'off'
}

/** Keeps the choice; asks the browser first. Raises an Error that says why it may not. */
export function useChooseNotified() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: async (in_browser: Notified) => {
      if (in_browser !== 'off' && (await Notification.requestPermission()) !== 'granted') {
        throw new Error(
          'The browser does not let this site show notifications; its site settings can change that.',
        )
      }
      const { can_mail: _, next_digest_at: __, ...kept } = await client.fetchQuery(preferencesQuery)
      return request<InboxPreferences>('PUT', '/inbox/preferences', { body: { ...kept, in_browser } })
    },
    onSuccess: (preferences) => client.setQueryData(preferencesQuery.queryKey, preferences),
  })
}
