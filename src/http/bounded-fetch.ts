/** Requests to other servers, within limits of time and size. */

/** Sends a request, as `fetch` does. */
export type Fetch = (address: string, init: RequestInit) => Promise<Response>

/** What a protocol library sends. */
export type PlainRequest = {
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: URLSearchParams | undefined
}

export type FetchLimits = {
  /** For a whole request, in milliseconds. */
  readonly timeoutMs: number
  /** Of one answer. A longer one is as an empty one. */
  readonly maxBytes: number
}

/** Follows no redirect, waits only so long and reads only so much. Rejects as `fetch` does. */
export function boundedFetch(
  fetch: Fetch,
  { timeoutMs, maxBytes }: FetchLimits,
): (address: string, request: PlainRequest) => Promise<Response> {
  return async (address, { method, headers, body }) => {
    const response = await fetch(address, {
      method,
      headers,
      body: body ?? null,
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
    const bytes = await readAtMost(response, maxBytes)
    const isEmpty = bytes === null || bytes.length === 0
    const content = isEmpty ? null : Buffer.from(bytes)
    return new Response(content, { status: response.status, headers: response.headers })
  }
}

/** The whole body, or null when it is longer; no more is read than that. */
export async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array | null> {
  const chunks: Uint8Array[] = []
  let size = 0
  // Leaving the loop cancels the stream.
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxBytes) return null
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
