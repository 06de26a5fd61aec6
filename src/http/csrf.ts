import { fail, ok, type Result } from '../result.ts'
import { parseHost } from './host.ts'

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS'])
const DEFAULT_PORTS: ReadonlyMap<string, number> = new Map([
  ['http', 80],
  ['https', 443],
])

/**
 * Whether a request may change something, judged by what browsers say of its origin (host.md §4). The failure
 * is the line that the refusal shows.
 *
 * `ownOrigin` is `scheme://host[:port]` of this server as the request addressed it. Programs send neither
 * `Sec-Fetch-Site` nor `Origin` and pass. A bearer token without any cookie passes from everywhere, because
 * another site cannot make a browser add one.
 */
export function checkCrossSite(request: Request, ownOrigin: string): Result<null, string> {
  if (SAFE_METHODS.has(request.method)) return ok(null)
  const isBearer = /^bearer(?: |$)/iu.test(request.headers.get('authorization') ?? '')
  if (isBearer && !request.headers.has('cookie')) return ok(null)
  return checkOrigin(request, ownOrigin)
}

/** The same for every method, without the exemption for tokens: whatever browsers say comes from another site is refused. */
export function checkOrigin(request: Request, ownOrigin: string): Result<null, string> {
  const { headers } = request

  const site = lastValue(headers, 'sec-fetch-site')
  if (site !== null && site !== '') {
    if (site === 'same-origin' || site === 'none') return ok(null)
    return fail(`Sec-Fetch-Site was '${site}', expected 'same-origin' or 'none'`)
  }

  const origin = lastValue(headers, 'origin')
  if (origin === null) return ok(null)
  const ownHost = ownOrigin.slice(ownOrigin.indexOf('://') + 3)
  const theirs = canonicalOrigin(origin)
  const ours = canonicalOrigin(ownOrigin)
  if (theirs === null || ours === null) return fail(`Malformed Origin '${origin}' or Host '${ownHost}'`)
  return theirs === ours ? ok(null) : fail(`Origin '${origin}' does not match Host '${ownHost}'`)
}

/** A repeated header arrives as one text with commas. None of the headers asked for here contains one of its own. */
function lastValue(headers: Headers, name: string): string | null {
  return headers.get(name)?.split(',').at(-1)?.trim() ?? null
}

/** Scheme, host and port with the default filled in, or null for what is not a web origin (`null`, `file://`). */
function canonicalOrigin(origin: string): string | null {
  const end = origin.indexOf('://')
  const scheme = origin.slice(0, Math.max(end, 0)).toLowerCase()
  const defaultPort = DEFAULT_PORTS.get(scheme)
  const host = parseHost(origin.slice(end + 3))
  if (defaultPort === undefined || host === null) return null
  return `${scheme}://${host.name}:${host.port ?? defaultPort}`
}
