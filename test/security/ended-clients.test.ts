import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Browser } from '../../demo/browser.ts'
import { registerApp, signInAsRoot } from '../support/person.ts'
import { removeSite, startProcess, type ServerProcess, type Site } from '../support/server-process.ts'
import { makeShop } from '../support/shop.ts'

let site: Site
let one: ServerProcess
let other: ServerProcess
let person: Browser

beforeAll(async () => {
  site = makeShop()
  one = await startProcess(site, '--root')
  other = await startProcess(site)
  person = await signInAsRoot(one)
})
afterAll(async () => {
  await Promise.all([one.stop(), other.stop()])
  removeSite(site)
})

const newApp = () => registerApp(person, one, { client_name: 'App', redirect_uri: 'https://app.example/cb' })

/** What a server answers to a client that asks about a token: 200 to one that proves itself. */
async function prove(server: ServerProcess, clientId: string, secret: string): Promise<number> {
  const body = new URLSearchParams({ client_id: clientId, client_secret: secret, token: 'any' })
  return (await fetch(`${server.url}/-/oauth/introspect`, { method: 'POST', body })).status
}

async function changeSecret(clientId: string, fields: readonly (readonly [string, string])[]) {
  const answer = await person.post(`${one.url}/-/oauth/clients/${clientId}/secret.json`, fields)
  expect(answer.status).toBe(200)
  return JSON.parse(answer.text) as { client_secret?: string; secrets: readonly { secret_id: string }[] }
}

/** Servers remember what proves a client: what one of them changes holds there at once, and elsewhere within a second. */
describe('what one of two servers on the same internal database changes', () => {
  it('T88: ends a retired secret on both', async () => {
    const { clientId, clientSecret } = await newApp()
    const second = await changeSecret(clientId, [])
    expect([await prove(one, clientId, clientSecret), await prove(other, clientId, clientSecret)]).toEqual([
      200, 200,
    ])
    await changeSecret(clientId, [['retire', second.secrets[0]?.secret_id ?? '']])
    expect(await prove(one, clientId, clientSecret)).toBe(401)
    await expect.poll(() => prove(other, clientId, clientSecret), { timeout: 1000 }).toBe(401)
    expect(await prove(other, clientId, second.client_secret ?? '')).toBe(200)
  })

  it('begins a new secret on both', async () => {
    const { clientId, clientSecret } = await newApp()
    for (const server of [one, other]) expect(await prove(server, clientId, clientSecret)).toBe(200)
    const { client_secret: secret = '' } = await changeSecret(clientId, [])
    expect(await prove(one, clientId, secret)).toBe(200)
    await expect.poll(() => prove(other, clientId, secret), { timeout: 1000 }).toBe(200)
  })

  it('T105: ends a deleted client on both, though nobody had given it access', async () => {
    const { clientId, clientSecret } = await newApp()
    for (const server of [one, other]) expect(await prove(server, clientId, clientSecret)).toBe(200)
    const deleted = await person.post(`${one.url}/-/oauth/clients/${clientId}`, [
      ['do', 'confirm-delete'],
      ['typed_name', 'App'],
    ])
    expect(deleted.status).toBe(303)
    expect(await prove(one, clientId, clientSecret)).toBe(401)
    await expect.poll(() => prove(other, clientId, clientSecret), { timeout: 1000 }).toBe(401)
  })
})
