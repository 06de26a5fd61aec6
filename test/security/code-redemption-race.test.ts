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
import { BOTH_TABLES, makeShop } from '../support/shop.ts'

const REDIRECT_URI = 'https://app.example/cb'

let site: Site
let one: ServerProcess
let other: ServerProcess
let person: Browser
let app: Registration

beforeAll(async () => {
  site = makeShop()
  one = await startProcess(site, '--root')
  other = await startProcess(site)
  person = await signInAsRoot(one)
  app = await registerApp(person, one, { client_name: 'Racer', redirect_uri: REDIRECT_URI })
})
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()])
  removeSite(site)
})

const newCode = async () => {
  const request = { client_id: app.clientId, redirect_uri: REDIRECT_URI, scope: BOTH_TABLES }
  const answer = await approve(person, authorizationRequest(one, request))
  return answer.searchParams.get('code') ?? ''
}

describe('a code redeemed 50 times at once', () => {
  it.each([
    ['on one process', () => [one]],
    ['T110: on two processes that share the internal database', () => [one, other]],
  ])('gives one token, %s', async (_where, servers) => {
    const code = await newCode()
    const attempts = Array.from({ length: 50 }, (_, number) => {
      const targets = servers()
      return redeem(targets[number % targets.length] ?? one, app, code, REDIRECT_URI)
    })
    const answers = await Promise.all(attempts)
    const won = answers.filter((answer) => answer.status === 200)
    const lost = answers.filter((answer) => answer.status === 400)
    expect([won.length, lost.length]).toEqual([1, 49])
    for (const answer of lost) expect(await answer.json()).toMatchObject({ error: 'invalid_grant' })
  })

  it('T20: ends the token on both processes, because somebody else had the code', async () => {
    const code = await newCode()
    const first = (await (await redeem(one, app, code, REDIRECT_URI)).json()) as { access_token: string }
    const headers = { authorization: `Bearer ${first.access_token}` }
    const read = async (server: ServerProcess) =>
      (await fetch(`${server.url}/shop/orders.json`, { headers })).status
    expect([await read(one), await read(other)]).toEqual([200, 200])
    expect((await redeem(other, app, code, REDIRECT_URI)).status).toBe(400)
    expect(await read(other)).toBe(401)
    await expect.poll(() => read(one), { timeout: 1000 }).toBe(401)
  })
})
