import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { rememberCsrf, request } from './client'
import type { Session } from './types'

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: async ({ signal }) => rememberCsrf(await request<Session>('GET', '/session', { signal })),
  staleTime: Number.POSITIVE_INFINITY,
})

function useSessionChange<V>(change: (variables: V) => Promise<unknown>) {
  const client = useQueryClient()
  return useMutation({
    mutationFn: change,
    meta: { showsOwnErrors: true },
    onSuccess: async () => {
      // Another person must not see what this one fetched.
      client.removeQueries({ predicate: (query) => query.queryKey[0] !== 'session' })
      await client.refetchQueries(sessionQuery)
    },
  })
}

export function useSignIn() {
  return useSessionChange((who: { email: string; password: string }) =>
    request('POST', '/session', { body: who }),
  )
}

export function useSignOut() {
  return useSessionChange<void>(() => request('DELETE', '/session'))
}

export function useCreateOwner() {
  return useSessionChange((owner: { email: string; name: string; password: string }) =>
    request('POST', '/owner', { body: owner }),
  )
}

/** This browser stays signed in; the answer holds what its next requests need. */
export function useChangePassword() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: { current_password: string; password: string }) =>
      request<Session>('PUT', '/session/password', { body }),
    meta: { showsOwnErrors: true },
    onSuccess: (session) => client.setQueryData(sessionQuery.queryKey, rememberCsrf(session)),
  })
}
