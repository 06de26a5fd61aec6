/**
 * Says in which parts a redirect URI that was refused differs from what the client registered. It helps the developer and
 * decides nothing: `matchRedirectUri` has refused already.
 */
import type { RedirectUri } from './ids.ts'

/** What two addresses can differ in, in the words that people read: "the request differs in the port". */
export type DifferingPart =
  | 'spaces around it'
  | 'the scheme'
  | 'a user name'
  | 'the host'
  | 'the port'
  | 'the path'
  | 'a trailing slash'
  | 'the query'
  | 'a fragment'
  | 'upper and lower case'
  | 'percent-encoding'

export type RedirectDiagnosis =
  | { readonly kind: 'missing' }
  | { readonly kind: 'repeated' }
  /** `nearest` is the registered address that differs in the fewest parts. */
  | { readonly kind: 'differs'; readonly nearest: RedirectUri; readonly parts: readonly DifferingPart[] }
  /** None of the addresses that the client has is acceptable any more. */
  | { readonly kind: 'none-registered' }

/** Compares what was asked for with what is registered; `requested` holds every value that was sent. */
export function diagnoseRedirectUri(
  registered: readonly RedirectUri[],
  requested: readonly string[],
): RedirectDiagnosis {
  const [sent = '', ...more] = requested
  if (more.length > 0) return { kind: 'repeated' }
  if (sent === '') return { kind: 'missing' }
  const [nearest] = registered
    .map((uri) => ({ uri, parts: differingParts(uri, sent) }))
    .toSorted((one, other) => one.parts.length - other.parts.length)
  if (nearest === undefined) return { kind: 'none-registered' }
  return { kind: 'differs', nearest: nearest.uri, parts: nearest.parts }
}

/** The diagnosis as the end of a sentence about the request ("differs in the port and the path"). */
export function diagnosisInWords(diagnosis: RedirectDiagnosis): string {
  switch (diagnosis.kind) {
    case 'missing':
      return 'has no redirect_uri'
    case 'repeated':
      return 'has more than one redirect_uri'
    case 'none-registered':
      return 'cannot match: the app has no acceptable redirect URI'
    case 'differs': {
      const { parts } = diagnosis
      const last = parts.at(-1) ?? 'nothing'
      return `differs in ${parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`}`
    }
  }
}

/** In which parts `sent` differs from `registered`, in the order in which they stand in an address. */
export function differingParts(registered: string, sent: string): readonly DifferingPart[] {
  const wanted = split(registered)
  const given = split(sent.trim())
  const parts = new Set<DifferingPart>()
  if (sent.trim() !== sent) parts.add('spaces around it')
  compare(parts, wanted.scheme, given.scheme, 'the scheme')
  if (wanted.user !== given.user) parts.add('a user name')
  compare(parts, wanted.host, given.host, 'the host')
  if (wanted.port !== given.port) parts.add('the port')
  if (isSlashApart(wanted.path, given.path)) parts.add('a trailing slash')
  else compare(parts, wanted.path, given.path, 'the path')
  compare(parts, wanted.query, given.query, 'the query')
  if (wanted.fragment !== given.fragment) parts.add('a fragment')
  return [...parts]
}

type Part = 'the scheme' | 'the host' | 'the path' | 'the query'

/** Adds what is the matter with one part: its case, its spelling, or the part itself. */
function compare(parts: Set<DifferingPart>, wanted: string, given: string, part: Part): void {
  if (wanted === given) return
  if (wanted.toLowerCase() === given.toLowerCase()) parts.add('upper and lower case')
  else if (decoded(wanted) === decoded(given)) parts.add('percent-encoding')
  else parts.add(part)
}

function isSlashApart(one: string, other: string): boolean {
  return one !== other && (`${one}/` === other || one === `${other}/`)
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** The text of each part, as it stands there (RFC 3986, appendix B). Nothing is normalised: what is compared is the text. */
function split(text: string) {
  const found = URI_PARTS.exec(text)?.groups ?? {}
  const authority = AUTHORITY_PARTS.exec(found['authority'] ?? '')?.groups ?? {}
  return {
    scheme: found['scheme'] ?? '',
    // An empty user name or host is not the same as none: it stands with the signs that make it one.
    user: authority['user'] === undefined ? '' : `${authority['user']}@`,
    host: found['authority'] === undefined ? '' : `//${authority['host'] ?? ''}`,
    port: authority['port'] ?? '',
    path: found['path'] ?? '',
    query: found['query'] ?? '',
    fragment: found['fragment'] ?? '',
  }
}

const URI_PARTS =
  /^(?:(?<scheme>[^:/?#]+):)?(?:\/\/(?<authority>[^/?#]*))?(?<path>[^?#]*)(?<query>\?[^#]*)?(?<fragment>#.*)?$/su

const AUTHORITY_PARTS = /^(?:(?<user>.*)@)?(?<host>\[[^\]]*\]|[^:]*)(?<port>:.*)?$/su
