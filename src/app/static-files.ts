import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { matchesEtag } from '../http/etag.ts'
import { HttpError } from '../http/http-error.ts'
import type { Route } from '../routing/route.ts'

const TYPES: Readonly<Record<string, string>> = {
  css: 'text/css; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
  txt: 'text/plain; charset=utf-8',
}

/** Style sheet, scripts and mark, read once at start and served from memory. */
export interface StaticFiles {
  /** The path of a file, with a hash that lets browsers keep it for a year. Throws for a file that does not exist. */
  path(name: string): string
  /** Answers a request for a file; null when there is none of that name. */
  serve(name: string, request: Request): Response | null
}

/** Reads the files that `npm run build` made of `src/static` and `src/browser`; a program that runs from `src` uses them too. */
export function loadStaticFiles(directory = new URL('../../dist/static/', import.meta.url)): StaticFiles {
  const files = new Map(
    readdirSync(directory).map((name) => [name, readStaticFile(name, directory)] as const),
  )
  return {
    path: (name) => {
      const file = files.get(name)
      if (file === undefined) throw new Error(`there is no static file ${name}`)
      return `/-/static/${name}?_hash=${file.hash}`
    },
    serve: (name, request) => {
      const file = files.get(name)
      return file?.type === undefined ? null : serveFile(file, file.type, request)
    },
  }
}

type StaticFile = {
  readonly hash: string
  /** Undefined for a file that is not for browsers. */
  readonly type: string | undefined
  readonly content: Uint8Array<ArrayBuffer>
  /** The same, compressed; made when it is first asked for, and kept. */
  readonly compressed: () => Uint8Array<ArrayBuffer>
}

function readStaticFile(name: string, directory: URL): StaticFile {
  const content = new Uint8Array(readFileSync(new URL(name, directory)))
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 12)
  let compressed: Uint8Array<ArrayBuffer> | null = null
  return {
    hash,
    type: TYPES[name.split('.').at(-1) ?? ''],
    content,
    compressed: () => (compressed ??= new Uint8Array(gzipSync(content))),
  }
}

/** Answers with a file: for a year when the address names its content, else to be asked for again (host.md §8.3). */
function serveFile({ hash, content, compressed }: StaticFile, type: string, request: Request): Response {
  const known = new URL(request.url).searchParams.get('_hash') === hash
  const isCompressed = acceptsGzip(request)
  const headers = {
    'content-type': type,
    etag: isCompressed ? `"${hash}-gzip"` : `"${hash}"`,
    'cache-control': known ? 'max-age=31536000, immutable, public' : 'no-cache',
    'x-content-type-options': 'nosniff',
    vary: 'Accept-Encoding',
    ...(isCompressed && { 'content-encoding': 'gzip' }),
  }
  if (matchesEtag(request.headers.get('if-none-match'), headers.etag))
    return new Response(null, { status: 304, headers })
  return new Response(isCompressed ? compressed() : content, { headers })
}

/** Whether a browser takes gzip. All do, and say so plainly; a refusal (`q=0`) is heeded. */
function acceptsGzip(request: Request): boolean {
  return /\bgzip\b(?!\s*;\s*q=0(?:\.0*)?(?:,|\s|$))/iu.test(request.headers.get('accept-encoding') ?? '')
}

/** What the files are served with. */
export type StaticDeps = { readonly staticFiles: StaticFiles }

/** The style sheet, the scripts and the mark. */
export function staticRoutes({ staticFiles: files }: StaticDeps): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/-/static/:file*',
      allow: { who: 'anyone' },
      handle: (c, params) => {
        const answer = files.serve(params['file'] ?? '', c.req.raw)
        if (answer === null) throw new HttpError(404, '404')
        return answer
      },
    },
    {
      method: 'GET',
      path: '/favicon.ico',
      allow: { who: 'anyone' },
      handle: (c) => {
        const answer = files.serve('favicon.svg', c.req.raw)
        if (answer === null) throw new HttpError(404, '404')
        answer.headers.set('cache-control', 'max-age=3600, public')
        return answer
      },
    },
  ]
}
