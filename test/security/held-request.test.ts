import { afterEach, beforeEach, expect, it } from 'vitest'
import {
  authorizePath,
  BROWSER,
  registerApp,
  requestDevice,
  tickedBoxes,
  ticketOf,
  type TestApp,
} from '../../src/plugins/oauth/test-app.ts'
import { join } from '../../src/plugins/passwords/test-people.ts'
import { createTestServer, type TestServer } from '../../src/testing.ts'

/**
 * A request that is let in while its person is signed in, and whose body arrives after they are signed out: what it asks for
 * must not outlive the session that it came with.
 */

let server: TestServer
let app: TestApp
let cookie: string
beforeEach(async () => {
  server = await createTestServer({
    databases: { team: 'create table posts (id integer primary key)' },
    config: {
      permissions: {
        'oauth-manage-clients': { role: 'developer' },
        'oauth-device-tokens': { id: 'ann' },
        'insert-row': { id: 'ann' },
      },
      plugins: { 'datasette-oauth': { enable_device_flow: true } },
    },
  })
  app = await registerApp(server)
  cookie = await join(server, 'ann')
})
afterEach(() => server.close())

/** Sends the head of a form at once and its body after `meanwhile`. */
async function hold(path: string, form: Record<string, string>, meanwhile: () => Promise<unknown>) {
  let send: () => void = () => {}
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => {
      send = () => {
        controller.enqueue(new TextEncoder().encode(new URLSearchParams(form).toString()))
        controller.close()
      }
    },
  })
  const headers = { ...BROWSER, cookie, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = server.request(path, { method: 'POST', headers, body })
  await meanwhile()
  send()
  return answer
}

const open = async (path: string) => (await server.request(path, { headers: { ...BROWSER, cookie } })).text()
const signOutEverywhere = () =>
  server.request('/-/logout', { form: { everywhere: 'yes' }, headers: { cookie } })
const closeAccount = () => server.command('users', 'remove', 'ann')

async function livingGrants(): Promise<number> {
  const rows = await server.store
    .$extendTables<{ tapedeck_oauth_grants: { ended_at: number | null } }>()
    .selectFrom('tapedeck_oauth_grants')
    .selectAll()
    .where('ended_at', 'is', null)
    .execute()
  return rows.length
}

const consent = async () => {
  const page = await open(authorizePath(app))
  return ['/-/oauth/authorize', { ticket: ticketOf(page), ...tickedBoxes(page) }] as const
}

const device = async () => {
  const { userCode: code } = await requestDevice(server)
  const path = '/-/oauth/device/verify'
  const page = await (await server.request(path, { form: { code }, headers: { ...BROWSER, cookie } })).text()
  return [path, { ticket: ticketOf(page), token_ttl_seconds: '3600', ...tickedBoxes(page) }] as const
}

it.each([
  ['a consent', consent],
  ['a device', device],
])('%s is granted when nothing happens meanwhile', async (_what, prepare) => {
  const [path, form] = await prepare()
  const answer = await hold(path, form, async () => {})
  expect(answer.status).toBeLessThan(400)
  expect(await livingGrants()).toBe(1)
})

it.each([
  ['a consent', 'the account is closed', consent, closeAccount],
  ['a consent', 'the person signs out everywhere', consent, signOutEverywhere],
  ['a device', 'the account is closed', device, closeAccount],
  ['a device', 'the person signs out everywhere', device, signOutEverywhere],
])('%s is not granted when, before its decision arrives, %s', async (_what, _when, prepare, meanwhile) => {
  const [path, form] = await prepare()
  const answer = await hold(path, form, meanwhile)
  expect([answer.status, answer.headers.get('location')]).toEqual([403, null])
  expect(await livingGrants()).toBe(0)
})

it('no API token is made for somebody who signed out before the form arrived', async () => {
  const answer = await hold('/-/create-token', {}, signOutEverywhere)
  expect(answer.status).toBe(403)
  expect(await answer.text()).not.toContain('dstok_')
})
