import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query'
import { request } from './client'
import type { Credential, CredentialType, JsonObject, Page } from './types'

const allCredentials = ['credentials'] as const

export const credentialTypesQuery = queryOptions({
  queryKey: ['credential-types'],
  queryFn: async ({ signal }) => {
    const answer = await request<CredentialType[] | Page<CredentialType>>('GET', '/credential-types', {
      signal,
    })
    return Array.isArray(answer) ? answer : answer.items
  },
  staleTime: Number.POSITIVE_INFINITY,
})

export const credentialsQuery = queryOptions({
  queryKey: allCredentials,
  queryFn: async ({ signal }) => {
    const answer = await request<Credential[] | Page<Credential>>('GET', '/credentials', {
      query: { limit: 200 },
      signal,
    })
    return Array.isArray(answer) ? answer : answer.items
  },
})

export interface CredentialBody {
  name: string
  type: string
  /** Never comes back. Left out on a change: what is stored stays. */
  data?: JsonObject
}

export function useSaveCredential() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: ({ id, ...body }: CredentialBody & { id?: string }) =>
      id
        ? request<Credential>('PUT', `/credentials/${id}`, { body })
        : request<Credential>('POST', '/credentials', { body }),
    meta: { showsOwnErrors: true },
    onSuccess: () => client.invalidateQueries({ queryKey: allCredentials }),
  })
}

export function useDeleteCredential() {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (id: string) => request<void>('DELETE', `/credentials/${id}`),
    onSuccess: () => client.invalidateQueries({ queryKey: allCredentials }),
  })
}
