import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client'
import type { Credential, CredentialCheck, CredentialType, JsonObject, Page } from './types'

const allCredentials = ['credentials'] as const

export const credentialTypesQuery = queryOptions({
  queryKey: ['credential-types'],
  queryFn: async ({ signal }) => {
    return (
      await request<Page<CredentialType>>('GET', '/credential-types', {
        signal,
      })
    ).items
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export const credentialsQuery = queryOptions({
  queryKey: allCredentials,
  queryFn: async ({ signal }) => {
    return (
      await request<Page<Credential>>('GET', '/credentials', {
        query: { limit: 200 },
        signal,
      })
    ).items
  },
})

export interface CredentialBody {
  id?: string
  name: string
  type: string
  /** Never comes back, and replaces all fields. Left out on a change: what is stored stays. */
  data?: JsonObject
}

export function useSaveCredential() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, type, ...change }: CredentialBody) =>
      id
        ? request<Credential>('PUT', `/credentials/${id}`, { body: change })
        : request<Credential>('POST', '/credentials', { body: { type, ...change } }),
    meta: { showsOwnErrors: true },
    onSuccess: () => client.invalidateQueries({ queryKey: allCredentials }),
  })
}

export interface CheckBody {
  /** Of a stored one; its own fields are tried unless there is `data`. */
  id?: string
  type?: string
  data?: JsonObject
}

export function useCheckCredential() {
  return useMutation({
    mutationFn: (body: CheckBody & { url?: string }) =>
      request<CredentialCheck>('POST', '/credentials/check', { body }),
    meta: { showsOwnErrors: true },
  })
}

export function useDeleteCredential() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, force }: { id: string; force: boolean }) =>
      request<void>('DELETE', `/credentials/${id}`, { query: { force } }),
    onSuccess: () => client.invalidateQueries({ queryKey: allCredentials }),
  })
}
