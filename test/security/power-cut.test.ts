import { afterEach, beforeEach, expect, it } from 'vitest'
import { approve, authorizationRequest, redeem, registerApp, signInAsRoot } from '../support/person.ts'
import { removeSite, startProcess, type Site } from '../support/server-process.ts'
import { BOTH_TABLES, makeShop } from '../support/shop.ts'

const REDIRECT_URI = 'https://app.example/cb'

let site: Site
beforeEach(() => {
  site = makeShop()
})
afterEach(() => removeSite(site))

it('a registration and a code that were answered survive kill -9', async () => {
  const first = await startProcess(site, '--root')
  const person = await signInAsRoot(first)
  const app = await registerApp(person, first, { client_name: 'Survivor', redirect_uri: REDIRECT_URI })
  await first.kill()

  const second = await startProcess(site, '--root')
  const request = { client_id: app.clientId, redirect_uri: REDIRECT_URI, scope: BOTH_TABLES }
  const answer = await approve(person, authorizationRequest(second, request))
  await second.kill()

  const third = await startProcess(site, '--root')
  const redeemed = await redeem(third, app, answer.searchParams.get('code') ?? '', REDIRECT_URI)
  expect(redeemed.status).toBe(200)
  await third.kill()

  const fourth = await startProcess(site, '--root')
  const { access_token } = (await redeemed.json()) as { access_token: string }
  const headers = { authorization: `Bearer ${access_token}` }
  expect((await fetch(`${fourth.url}/shop/orders.json`, { headers })).status).toBe(200)
  expect((await redeem(fourth, app, answer.searchParams.get('code') ?? '', REDIRECT_URI)).status).toBe(400)
  await fourth.stop()
})
