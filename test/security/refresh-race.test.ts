import { DatabaseSync } from 'node:sqlite'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../demo/browser.ts'
import {
  approve,
  authorizationRequest,
  redeem,
  registerApp,
  signInAsRoot,
  type Registration,
} from '../support/person.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

const REDIRECT_URI = 'https://app.example/cb'
const ROUNDS = 10

let site: Site
let one: ServerProcess
let other: ServerProcess
let person: Browser

beforeAll(async () => {
  site = makeShop({ access_token_ttl: 3600 })
  one = await startProcess(site, '--root')
  other = await startProcess(site)
  person = await signInAsRoot(one)
})
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()])
  removeSite(site)
})

type Pair = { readonly access_token: string; readonly refresh_token: string }

const newApp = () => registerApp(person, one, { client_name: 'Racer', redirect_uri: REDIRECT_URI })

async function newCode(app: Registration): Promise<string> {
  const scope = 'view-table:shop/orders offline_access'
  const request = { client_id: app.clientId, redirect_uri: REDIRECT_URI, scope }
  return (await approve(person, authorizationRequest(one, request))).searchParams.get('code') ?? ''
}

async function newPair(app: Registration): Promise<Pair> {
  return (await (await redeem(one, app, await newCode(app), REDIRECT_URI)).json()) as Pair
}

const post = (
  server: ServerProcess,
  path: string,
  app: Registration,
  fields: Readonly<Record<string, string>>,
) =>
  fetch(server.url + path, {
    method: 'POST',
    body: new URLSearchParams({ client_id: app.clientId, client_secret: app.clientSecret, ...fields }),
  })

const refresh = (server: ServerProcess, app: Registration, token: string) =>
  post(server, '/-/oauth/token', app, { grant_type: 'refresh_token', refresh_token: token })

const revoke = (server: ServerProcess, app: Registration, token: string) =>
  post(server, '/-/oauth/revoke', app, { token })

const read = async (server: ServerProcess, token: string) => {
  const headers = { authorization: `Bearer ${token}` }
  return (await fetch(`${server.url}/shop/orders.json`, { headers })).status
}

/** The tokens of those answers that gave some. */
async function pairsOf(answers: readonly Response[]): Promise<readonly Pair[]> {
  return Promise.all(answers.filter(({ ok }) => ok).map(async (answer) => (await answer.json()) as Pair))
}

/** None of these can be used on any process, nor refreshed; another process may take a second to hear of it. */
async function expectAllDead(app: Registration, pairs: readonly Pair[]): Promise<void> {
  for (const pair of pairs) {
    for (const server of [one, other]) {
      expect((await refresh(server, app, pair.refresh_token)).status).not.toBe(200)
      await expect.poll(() => read(server, pair.access_token), { timeout: 1000 }).toBe(401)
    }
  }
}

/** Both processes accept a token, and remember its grant from then on. */
async function expectRemembered({ access_token: token }: Pair): Promise<void> {
  expect([await read(one, token), await read(other, token)]).toEqual([200, 200])
}

/** How many rows of an app there are. */
const countOf = (app: Registration, rows: string) => {
  const database = new DatabaseSync(join(site.directory, 'internal.db'), { readOnly: true })
  const found = database.prepare(`select count(*) as n from ${rows} and client_id = ?`).get(app.clientId)
  database.close()
  return found?.['n']
}

/** How many grants of an app have not ended. */
const livingGrants = (app: Registration) => countOf(app, 'tapedeck_oauth_grants where ended_at is null')

describe.each([
  ['on one process', () => [one, one] as const],
  ['on two processes that share the internal database', () => [one, other] as const],
])('%s', (_where, servers) => {
  it('T102: 20 refreshes of one token at once give one lineage', async () => {
    const app = await newApp()
    let { refresh_token: token } = await newPair(app)
    for (let round = 0; round < ROUNDS; round += 1) {
      const targets = servers()
      const attempts = Array.from({ length: 20 }, (_, number) =>
        refresh(targets[number % 2 === 0 ? 0 : 1], app, token),
      )
      const answers = await Promise.all(attempts)
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      const pairs = await pairsOf(answers)
      expect(new Set(pairs.map(({ refresh_token: next }) => next)).size).toBe(1)
      expect(new Set(pairs.map(({ access_token: access }) => access)).size).toBe(1)
      token = pairs[0]?.refresh_token ?? ''
    }
    // Whoever came too late got what the first one got, and used nothing up.
    expect(countOf(app, `tapedeck_oauth_audit where event = 'token.refreshed'`)).toBe(ROUNDS)
  })

  it('a revocation among 20 refreshes leaves no survivor', async () => {
    const app = await newApp()
    for (let round = 0; round < ROUNDS; round += 1) {
      const pair = await newPair(app)
      await expectRemembered(pair)
      const [here, there] = servers()
      const refreshes = (server: ServerProcess) =>
        Array.from({ length: 10 }, () => refresh(server, app, pair.refresh_token))
      const [early, revoked, late] = [
        refreshes(here),
        revoke(there, app, pair.refresh_token),
        refreshes(there),
      ]
      const answers = await Promise.all([...early, ...late])
      expect((await revoked).status).toBe(200)
      expect(answers.filter(({ status }) => status >= 500)).toEqual([])
      await expectAllDead(app, [pair, ...(await pairsOf(answers))])
      expect(livingGrants(app)).toBe(0)
    }
  })

  it('T105: a client that is deleted while its codes are redeemed and its tokens refreshed leaves nothing', async () => {
    for (let round = 0; round < ROUNDS / 2; round += 1) {
      const app = await newApp()
      const pair = await newPair(app)
      await expectRemembered(pair)
      const codes = await Promise.all(Array.from({ length: 4 }, () => newCode(app)))
      const [here, there] = servers()
      const redeemed = codes.map((code, number) =>
        redeem(number % 2 === 0 ? here : there, app, code, REDIRECT_URI),
      )
      const refreshed = Array.from({ length: 4 }, () => refresh(there, app, pair.refresh_token))
      const page = `${one.url}/-/oauth/clients/${app.clientId}`
      const deleted = person.post(page, [
        ['do', 'confirm-delete'],
        ['typed_name', 'Racer'],
      ])
      const answers = await Promise.all([...redeemed, ...refreshed])
      expect((await deleted).status).toBe(303)
      expect(answers.filter(({ status }) => status >= 500)).toEqual([])
      await expectAllDead(app, [pair, ...(await pairsOf(answers))])
      expect(livingGrants(app)).toBe(0)
    }
  })
})
