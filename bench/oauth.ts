import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import autocannon, { type Result } from 'autocannon'
import { z } from 'zod'
import { processorSeconds } from '../test/support/process-tree.ts'
import { removeSite, startProcess, type Site } from '../test/support/server-process.ts'
import { load } from './load.ts'
import { CLIENT, REDIRECT_URI } from './oauth-floor.ts'
import { bearer, makeShopSite } from './shop-site.ts'
import { median, report, shareFigure } from './targets.ts'

const ROUNDS = Number(process.argv[3] ?? 9)
const REQUESTS = 1000
const CONNECTIONS = 16
const FLOOR = fileURLToPath(new URL('oauth-floor.ts', import.meta.url))
const ROW = '/shop/items/7.json'

/** An authorization server under measurement. */
type Measured = {
  readonly pid: number
  readonly token: string
  readonly introspect: string
  /** Each works once. */
  readonly codes: readonly string[]
}

const tokensSchema = z.object({ access_token: z.string(), refresh_token: z.string() })

const floorSchema = z.object({ port: z.number(), codes: z.array(z.string()) })

/**
 * Redeeming codes, refreshing and introspecting, beside `oidc-provider` that keeps everything in memory; ours is on the disk when it is
 * answered. And what it costs a read that its token comes from a grant.
 */
export async function bench(): Promise<void> {
  const site = makeShopSite({ plugins: { 'datasette-oauth': { access_token_ttl: 3600 } } })
  const server = await startProcess(site)
  const product: Measured = {
    pid: server.pid,
    token: `${server.url}/-/oauth/token`,
    introspect: `${server.url}/-/oauth/introspect`,
    codes: storeCodes(site, (ROUNDS + 1) * REQUESTS),
  }
  const floor = await startFloor((ROUNDS + 1) * REQUESTS)

  const speeds: Record<string, number[]> = {}
  const costs: Record<string, number[]> = {}
  const keep = (round: number, key: string, perSecond: number, cost: number) => {
    // The round before the first warms everything up.
    if (round < 0) return
    ;(speeds[key] ??= []).push(perSecond)
    ;(costs[key] ??= []).push(cost)
  }

  let accessToken = ''
  for (let round = -1; round < ROUNDS; round += 1) {
    const first = (round + 1) * REQUESTS
    for (const [who, measured] of Object.entries({ product, floor })) {
      const run = async (what: string, url: string, bodies: readonly Readonly<Record<string, string>>[]) => {
        const before = processorSeconds(measured.pid)
        const { answers, perSecond } = await post(url, bodies)
        keep(round, `${what} ${who}`, perSecond, (processorSeconds(measured.pid) - before) / bodies.length)
        return answers
      }
      const codes = measured.codes.slice(first, first + REQUESTS)
      const redeemed = await run(
        'redeem',
        measured.token,
        codes.map((code) => ({ grant_type: 'authorization_code', code, redirect_uri: REDIRECT_URI })),
      )
      const given = redeemed.map((answer) => tokensSchema.parse(JSON.parse(answer)))
      await run(
        'refresh',
        measured.token,
        given.map((one) => ({ grant_type: 'refresh_token', refresh_token: one.refresh_token })),
      )
      const told = await run(
        'introspect',
        measured.introspect,
        given.map(({ access_token: token }) => ({ token })),
      )
      if (!told.every((answer) => answer.includes('"active":true')))
        throw new Error('a live token is not active')
      if (who === 'product') accessToken = given[0]?.access_token ?? ''
    }
    for (const [who, headers] of [
      ['grant', { authorization: `Bearer ${accessToken}` }],
      ['plain', bearer(site)],
    ] as const) {
      const before = processorSeconds(server.pid)
      const { latenciesMs, perSecond } = await load({ url: server.url + ROW, headers, seconds: 1 })
      keep(round, `row ${who}`, perSecond, (processorSeconds(server.pid) - before) / latenciesMs.length)
    }
  }
  await server.stop()
  floor.stop()
  removeSite(site)

  const microseconds = (key: string) => Math.round(median(costs[key] ?? []) * 1e6)
  const figure = (what: string, name: string, other: string, least: number) => ({
    ...shareFigure(what, speeds[name] ?? [], speeds[other] ?? [], least),
    note: `${Math.round(median(speeds[name] ?? []))} a second beside ${Math.round(median(speeds[other] ?? []))}; ${microseconds(name)} µs of processor time beside ${microseconds(other)}`,
  })
  report([
    figure('redeeming codes, of `oidc-provider`', 'redeem product', 'redeem floor', 2),
    figure('refreshing, of `oidc-provider`', 'refresh product', 'refresh floor', 2),
    figure('introspection, of `oidc-provider`', 'introspect product', 'introspect floor', 2),
    figure('a row with a token of a grant, of one without', 'row grant', 'row plain', 0.95),
  ])
}

/** Posts each body once, as the client, over several connections. Throws when one answer is not a 200. */
async function post(
  url: string,
  bodies: readonly Readonly<Record<string, string>>[],
): Promise<{ readonly answers: readonly string[]; readonly perSecond: number }> {
  const written = bodies.map((fields) => new URLSearchParams({ ...CLIENT, ...fields }).toString())
  const answers: string[] = []
  let next = 0
  const { promise, resolve, reject } = Promise.withResolvers<Result>()
  const startedMs = performance.now()
  let lastMs = startedMs
  autocannon(
    {
      url,
      connections: CONNECTIONS,
      amount: written.length,
      requests: [
        {
          method: 'POST',
          headers: { 'content-type': 'application/x-www-form-urlencoded' },
          setupRequest: (request) => ({ ...request, body: written[next++ % written.length] ?? '' }),
          onResponse: (status, body) => {
            lastMs = performance.now()
            if (status === 200) answers.push(body)
          },
        },
      ],
    },
    (error: unknown, result) => (error ? reject(error) : resolve(result)),
  )
  await promise
  // The load ends on a whole second, later than its last answer.
  const seconds = (lastMs - startedMs) / 1000
  if (answers.length !== written.length) {
    throw new Error(`${url}: ${answers.length} of ${written.length} answers are good`)
  }
  return { answers, perSecond: answers.length / seconds }
}

/** Puts codes into the internal database, as if Ann had approved that often. */
function storeCodes(site: Site, count: number): readonly string[] {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const now = Math.floor(Date.now() / 1000)
  const scopes = [
    ['view-instance'],
    ['view-database', 'shop'],
    ['execute-sql', 'shop'],
    ['view-table', 'shop', 'items'],
  ]
  const database = new DatabaseSync(join(site.directory, 'internal.db'), { timeout: 5000 })
  database.exec('begin immediate')
  database
    .prepare(
      `insert into tapedeck_oauth_clients (client_id, client_name, client_type, redirect_uris, created_by, created_at, position)
       values (?, 'Bench', 'confidential', ?, '"ann"', ?, 1)`,
    )
    .run(CLIENT.client_id, JSON.stringify([REDIRECT_URI]), now)
  database
    .prepare(
      `insert into tapedeck_oauth_client_secrets (secret_id, client_id, secret_hash, created_at, position)
       values ('1', ?, ?, ?, 1)`,
    )
    .run(CLIENT.client_id, hash(CLIENT.client_secret), now)
  const grant = database.prepare(
    `insert into tapedeck_oauth_grants (grant_id, client_id, user_id, person, scopes, created_at, refresh_ends_at, ends_at)
     values (?, ?, '"ann"', '{}', ?, ?, ?, ?)`,
  )
  const code = database.prepare(
    `insert into tapedeck_oauth_codes (code_hash, grant_id, client_id, redirect_uri, expires_at) values (?, ?, ?, ?, ?)`,
  )
  const codes = Array.from({ length: count }, () => randomBytes(32).toString('hex'))
  for (const [number, text] of codes.entries()) {
    const grantId = randomBytes(16).toString('hex')
    // One after the other, as people approve.
    const [createdAt, endsAt] = [now - codes.length + number, now + 86_400 + number]
    const granted = JSON.stringify({ access: 'listed', scopes })
    grant.run(grantId, CLIENT.client_id, granted, createdAt, createdAt + 31_536_000, endsAt)
    code.run(hash(text), grantId, CLIENT.client_id, REDIRECT_URI, endsAt)
  }
  database.exec('commit')
  database.close()
  return codes
}

async function startFloor(count: number): Promise<Measured & { readonly stop: () => void }> {
  const child = spawn(process.execPath, [FLOOR, String(count)], { stdio: ['ignore', 'pipe', 'ignore'] })
  const { port, codes } = await firstJson(child.stdout)
  const url = `http://127.0.0.1:${port}`
  const stop = () => void child.kill()
  return { pid: child.pid ?? 0, token: `${url}/token`, introspect: `${url}/token/introspection`, codes, stop }
}

/** What the floor says when it listens; the library prints warnings before. */
async function firstJson(output: NodeJS.ReadableStream) {
  for await (const line of createInterface({ input: output })) {
    if (line.startsWith('{')) return floorSchema.parse(JSON.parse(line))
  }
  throw new Error('the floor ended before it told its port')
}
