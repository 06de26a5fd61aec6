import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestServer } from '../../../../testing.ts'
import {
  actorOf,
  approveDevice,
  ask,
  authorizePath,
  CAROL,
  enterCode,
  jsonOf,
  locationOf,
  obtainToken,
  pollOutcome,
  registerApp,
  requestDevice,
  startDeviceProvider,
  ticketOf,
  tickedBoxes,
} from '../../test-app.ts'

const directory = mkdtempSync(join(tmpdir(), 'tapedeck-rotation-'))
const internalPath = join(directory, 'internal.db')
const start = (secret: string, previousSecret?: { secret: string; until: number | null }) =>
  startDeviceProvider({}, { internalPath, secret, ...(previousSecret && { previousSecret }) })

let server: TestServer
beforeAll(async () => {
  server = await start('old')
})
afterAll(() => rmSync(directory, { recursive: true }))

describe('another secret', () => {
  it('T107: leaves what the old one signed good through the overlap, and ends it at its moment', async () => {
    const app = await registerApp(server)
    const token = await obtainToken(server, app)
    const page = await (await ask(server, authorizePath(app))).text()
    const device = await requestDevice(server)
    const oldSigner = server.signer
    const cookie = `ds_actor=${oldSigner.sign({ a: CAROL }, 'actor')}`
    const seen = async (on: TestServer) => [
      (await actorOf(on, token)).status,
      (await jsonOf(await on.request('/-/actor.json', { headers: { cookie } })))['actor'],
    ]
    expect(await seen(server)).toEqual([200, CAROL])
    await server.close()

    // The consent page was open in a browser whose cookie the old server had signed.
    const rotated = await start('new', { secret: 'old', until: server.now() + 600 })
    expect(await seen(rotated)).toEqual([200, CAROL])
    const pageCookie = `ds_actor=${oldSigner.sign({ a: CAROL }, 'actor')}`
    const decided = await rotated.request('/-/oauth/authorize', {
      headers: { accept: 'text/html', cookie: pageCookie },
      form: { ticket: ticketOf(page), ...tickedBoxes(page) },
    })
    expect(locationOf(decided).searchParams.get('code')).toMatch(/^[0-9a-f]{64}$/u)
    expect((await approveDevice(rotated, device)).status).toBe(200)
    expect(await pollOutcome(rotated, device)).toBe('token')
    const fresh = await obtainToken(rotated, app)

    rotated.advance(600)
    expect(await seen(rotated)).toEqual([401, null])
    expect((await actorOf(rotated, fresh)).status).toBe(200)
    await rotated.close()

    const after = await start('new')
    expect(await seen(after)).toEqual([401, null])
    expect((await actorOf(after, fresh)).status).toBe(200)
    await after.close()
  })

  it('opens no code of a device without the old one', async () => {
    const before = await start('first')
    const device = await requestDevice(before)
    await before.close()
    const after = await start('second')
    expect(await (await enterCode(after, device.userCode)).text()).toContain('Invalid code')
    await after.close()
  })
})
