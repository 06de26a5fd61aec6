/** Longest `User-Agent` that is kept, in characters. */
const MAX_LENGTH = 200

/** What a client calls itself, cut to what is worth keeping; null for one that says nothing. */
export function userAgentOf(headers: Headers): string | null {
  return headers.get('user-agent')?.slice(0, MAX_LENGTH) || null
}
