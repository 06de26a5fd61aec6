import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/**
 * A server that answers as a Datasette 1.0a37 with datasette-oauth 0.1a0 did when it was recorded. It knows the recorded
 * requests and nothing else: no metadata, no `verification_uri_complete`, no `scope` beside a token, never `slow_down`.
 */
export type RecordedDatasette = {
  readonly url: string
  /** What was asked, in order: method and path. */
  readonly asked: readonly string[]
  /** Whether the person has approved; until then a poll is answered with `authorization_pending`. */
  approve: () => void
  readonly close: () => Promise<void>
}

type Recorded = {
  readonly status: number
  readonly headers?: Readonly<Record<string, string | null>>
  readonly json?: unknown
}
type Step = {
  readonly request: { readonly method: string; readonly path: string; readonly json?: object }
  readonly expect: Recorded
}

/** The token that it gives. */
export const RECORDED_TOKEN = 'dstok_recorded.signature'

const VALUES: Readonly<Record<string, string>> = {
  device_code: 'c0de'.repeat(16),
  user_code: '545U-3GD7',
  access_token: RECORDED_TOKEN,
}

const DEVICE_FLOW = readSteps('oauth-device-flow')
const INSERTS = readSteps('write-insert')
const QUERIES = readSteps('read-queries')

export async function startRecordedDatasette(): Promise<RecordedDatasette> {
  const asked: string[] = []
  let isApproved = false

  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (text: Buffer) => (body += text.toString()))
    request.on('end', () => {
      const { method = '', url: path = '' } = request
      asked.push(`${method} ${path}`)
      const recorded = find(method, path, body, request.headers.authorization)
      const headers = Object.entries(recorded.headers ?? {}).filter(
        (entry): entry is [string, string] => entry[1] !== null && entry[0] !== 'link',
      )
      response.writeHead(recorded.status, Object.fromEntries(headers))
      response.end(JSON.stringify(concrete(recorded.json, '')))
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  /** The recorded answer. Of the polls it is the pending one until somebody approves. */
  function find(method: string, path: string, body: string, authorization: string | undefined): Recorded {
    if (path === '/-/oauth/token') {
      const wanted = isApproved ? 200 : 400
      const poll = DEVICE_FLOW.find(
        ({ request, expect }) => request.path === path && expect.status === wanted,
      )
      return poll?.expect ?? NOT_FOUND
    }
    const needsToken = !path.startsWith('/-/oauth/')
    if (needsToken && authorization !== `Bearer ${RECORDED_TOKEN}`) return UNKNOWN_TOKEN
    const address = new URL(path, url)
    const sql = address.searchParams.get('sql')
    const rows = body.startsWith('{')
      ? (JSON.parse(body) as { readonly rows?: readonly object[] }).rows
      : undefined
    const same = [...DEVICE_FLOW, ...QUERIES, ...INSERTS].find(({ request }) => {
      if (request.method !== method) return false
      if (sql !== null) return new URL(request.path, url).searchParams.get('sql') === sql
      if (rows !== undefined) return request.path === path && JSON.stringify(request.json) === body
      return request.path === path
    })
    return same?.expect ?? NOT_FOUND
  }

  /** Puts values where the recording has placeholders. */
  function concrete(value: unknown, key: string): unknown {
    if (typeof value === 'string') return value.replaceAll('${base}', url)
    if (Array.isArray(value)) return value.map((item) => concrete(item, key))
    if (typeof value !== 'object' || value === null) return value
    const {
      $subset: subset,
      $match: match,
      $any: any,
      $unordered: unordered,
    } = value as Record<string, unknown>
    if (subset !== undefined) return concrete(subset, key)
    if (match !== undefined) return VALUES[key] ?? ''
    if (any !== undefined) return 1_900_000_000
    if (unordered !== undefined) return unordered
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, concrete(member, name)]))
  }

  return {
    url,
    asked,
    approve: () => {
      isApproved = true
    },
    close: () => new Promise((done) => server.close(() => done())),
  }
}

const NOT_FOUND: Recorded = {
  status: 404,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  json: { ok: false, error: '404', errors: ['404'], status: 404 },
}

const UNKNOWN_TOKEN: Recorded = {
  status: 401,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  json: { ok: false, error: 'Invalid token', errors: ['Invalid token'], status: 401 },
}

function readSteps(scenario: string): readonly Step[] {
  const file = fileURLToPath(new URL(`../wire/recordings/scenarios/${scenario}.json`, import.meta.url))
  return (JSON.parse(readFileSync(file, 'utf8')) as { readonly steps: readonly Step[] }).steps
}
