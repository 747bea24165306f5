/** The way to the HTTP API: session cookie, CSRF header, and errors as `ApiError`. */
import type { paths } from './schema'
import type { Problem, Session } from './types'

export const apiRoot = '/api/v1'

/** What the server answered when it was not 2xx; `status` 0 when it could not be reached. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly problems: readonly Problem[] = [],
    /** The whole answer: some codes bring more, such as `current` on a conflict. */
    readonly body: Readonly<Record<string, unknown>> = {},
  ) {
    super(message)
    this.name = 'ApiError'
  }
}

export type Query = Record<string, string | number | boolean | null | undefined>

interface RequestOptions {
  query?: Query
  body?: unknown
  signal?: AbortSignal
  /** Lets the request finish while the page goes away. */
  keepalive?: boolean
}

type Method = 'GET' | 'POST' | 'PUT' | 'DELETE'

/** `/runs/{run_id}/steps/{step}` → `/runs/${string}/steps/${string}` */
type Filled<P> = P extends `${infer Before}{${string}}${infer After}`
  ? `${Before}${string}${Filled<After>}`
  : P

/** The paths that the server has for a method: a mistyped one does not compile. */
export type ApiPath<M extends Method> = {
  [P in keyof paths]: paths[P] extends Record<Lowercase<M>, object>
    ? P extends `${typeof apiRoot}${infer Rest}`
      ? Filled<Rest>
      : never
    : never
}[keyof paths]

let csrfToken = ''
const signedOutListeners = new Set<() => void>()

/** Called with each session answer: its token guards every change. */
export function rememberCsrf(session: Session): Session {
  csrfToken = session.csrf_token
  return session
}

/** Tells when the server no longer knows who we are. Returns the way to stop listening. */
export function onSignedOut(listener: () => void): () => void {
  signedOutListeners.add(listener)
  return () => signedOutListeners.delete(listener)
}

/** The answer's JSON; `undefined` for 204. Raises ApiError. */
export function request<T>(method: 'GET', path: ApiPath<'GET'>, options?: RequestOptions): Promise<T>
export function request<T>(method: 'POST', path: ApiPath<'POST'>, options?: RequestOptions): Promise<T>
export function request<T>(method: 'PUT', path: ApiPath<'PUT'>, options?: RequestOptions): Promise<T>
export function request<T>(method: 'DELETE', path: ApiPath<'DELETE'>, options?: RequestOptions): Promise<T>
export async function request<T>(method: Method, path: string, options: RequestOptions = {}): Promise<T> {
  const response = await reach(method, path, options)
  if (response.status === 204) return undefined as T
  const body: unknown = await response.json().catch(() => null)
  if (response.ok) return body as T
  if (response.status === 401) for (const listener of signedOutListeners) listener()
  throw toError(response.status, body)
}

async function reach(method: Method, path: string, options: RequestOptions): Promise<Response> {
  const { query, body, signal, keepalive } = options
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (method !== 'GET') headers['X-CSRFToken'] = csrfCookie() ?? csrfToken
  try {
    return await fetch(apiRoot + path + queryString(query), {
      method,
      headers,
      body: body === undefined ? undefined : JSON.stringify(body),
      credentials: 'same-origin',
      signal,
      keepalive,
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(
      0,
      'client.unreachable',
      'The server cannot be reached. Your work is kept in this tab.',
    )
  }
}

function toError(status: number, body: unknown): ApiError {
  const answer = typeof body === 'object' && body !== null ? (body as Record<string, unknown>) : {}
  const problems = Array.isArray(answer.problems) ? (answer.problems as Problem[]) : []
  const message = typeof answer.message === 'string' ? answer.message : `The server answered ${status}.`
  const code = typeof answer.code === 'string' ? answer.code : 'server.error'
  return new ApiError(status, code, message, problems, answer)
}

function queryString(query: Query | undefined): string {
  const pairs = Object.entries(query ?? {}).filter(
    ([, value]) => value !== undefined && value !== null && value !== '',
  )
  if (pairs.length === 0) return ''
  return `?${new URLSearchParams(pairs.map(([name, value]) => [name, String(value)]))}`
}

function csrfCookie(): string | undefined {
  return /(?:^|;\s*)csrftoken=([^;]+)/.exec(document.cookie)?.[1]
}

/** A sentence for people, whatever went wrong. */
export function errorText(error: unknown): string {
  if (error instanceof ApiError) {
    const [first] = error.problems
    return first && first.message !== error.message ? `${error.message} (${first.message})` : error.message
  }
  return error instanceof Error ? error.message : 'Something went wrong.'
}
