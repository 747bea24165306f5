import { ApiError } from './client'

/** The first bytes of a file. Raises ApiError. */
export async function fetchFile(url: string, most: number, signal?: AbortSignal): Promise<ArrayBuffer> {
  const range = most > 0 ? { Range: `bytes=0-${most - 1}` } : undefined
  const response = await fetch(url, { headers: range, credentials: 'same-origin', signal })
  if (response.ok) return response.arrayBuffer()
  // An empty file has no first byte to give.
  if (response.status === 416) return new ArrayBuffer(0)
  const message =
    response.status === 404
      ? 'The content of this file was cleared away.'
      : `The server answered ${response.status}.`
  throw new ApiError(response.status, 'file.unreachable', message)
}
