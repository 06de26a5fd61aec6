import { HttpError } from './http-error.ts'
import { parseHost } from './host.ts'

/** Builds addresses of this server, aware of the `base_url` setting. */
export interface Urls {
  /** `/pfx/` or `/`. */
  readonly basePath: string
  /** The path for a link: `path` begins with `/` and is without the base URL. */
  path(path: string): string
  /** `scheme://host` of this request, without a path: `https` under `force_https_urls`, the host from a well-formed Host header. */
  origin(request: Request): string
  /** Whether this request came over https, as far as this server can know. Never throws. */
  isSecure(request: Request): boolean
  /** A full address: origin, base path and `path`. */
  absolute(request: Request, path: string): string
  /** The path of this request as it was sent, undecoded, without the base URL and without the query. */
  pathOf(request: Request): string
  /** The path and query of this request, ready for a link back to it: with the base URL, also where a proxy has taken it away. */
  here(request: Request): string
  /** A path without the base URL. Paths outside the base URL are served too and stay as they are (host.md §8.5). */
  withoutBase(path: string): string
  /** Whether the path of this request asks for JSON by its ending. */
  isJsonPath(request: Request): boolean
}

export type UrlOptions = {
  /** The `base_url` setting. A missing slash at either end is added. */
  readonly basePath: string
  /** The `force_https_urls` setting: a proxy in front of us speaks https. */
  readonly forceHttps: boolean
}

/**
 * Makes the address builder of one server.
 *
 * `origin` and `absolute` throw a 400 when the Host header is not `host` or `host:port`: addresses built from
 * it end up in links, redirects and OAuth metadata.
 */
export function createUrls({ basePath, forceHttps }: UrlOptions): Urls {
  const inner = basePath.replace(/^\/+|\/+$/gu, '')
  const base = inner === '' ? '/' : `/${inner}/`

  // One slash at the start, whatever was given: a link to `//evil.example` would leave this site.
  const path = (wanted: string) => base + wanted.replace(/^[/\\]+/u, '')

  const isSecure = (request: Request) => forceHttps || request.url.startsWith('https:')

  const origin = (request: Request) => {
    const host = parseHost(request.headers.get('host') ?? new URL(request.url).host)
    if (host === null) throw new HttpError(400, 'Invalid Host header')
    return `${isSecure(request) ? 'https' : 'http'}://${host.name}${host.port === null ? '' : `:${host.port}`}`
  }

  const withoutBase = (wanted: string) => (wanted.startsWith(base) ? `/${wanted.slice(base.length)}` : wanted)

  return {
    basePath: base,
    path,
    origin,
    isSecure,
    absolute: (request, wanted) => origin(request) + path(wanted),
    pathOf: (request) => withoutBase(rawPath(request.url)),
    here: (request) => path(withoutBase(rawPath(request.url))) + new URL(request.url).search,
    withoutBase,
    isJsonPath: (request) => rawPath(request.url).endsWith('.json'),
  }
}

/** The path part of a full address, character for character. */
export function rawPath(url: string): string {
  const start = url.indexOf('/', url.indexOf('://') + 3)
  if (start === -1) return '/'
  const length = url.slice(start).search(/[?#]/u)
  return length === -1 ? url.slice(start) : url.slice(start, start + length)
}
