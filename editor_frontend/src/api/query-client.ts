import { MutationCache, QueryClient } from '@tanstack/react-query'
import { ApiError } from './client'

/** Tries again only what may pass by itself; the live socket tells what to refetch. */
export function makeQueryClient(onMutationError: (error: unknown) => void): QueryClient {
  return new QueryClient({
    mutationCache: new MutationCache({
      onError: (error, _variables, _context, mutation) => {
        if (!mutation.meta?.showsOwnErrors) onMutationError(error)
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        refetchOnWindowFocus: false,
        retry: (count, error) =>
          count < 2 && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
      },
    },
  })
}
