import { expect, it } from 'vitest'
import { z } from 'zod'
import { definePlugin } from '../plugin.ts'
import { createTestServer } from './test-server.ts'

/** Tells each visitor the address that the server sees. */
const mirror = definePlugin({
  name: 'mirror',
  config: z.strictObject({}),
  actions: [],
  migrations: {},
  activate: () => ({
    routes: [
      { method: 'GET', path: '/-/mirror', allow: { who: 'anyone' }, handle: (c) => c.text(c.env.address) },
    ],
    hooks: {},
  }),
})

it.each([
  ['a proxy that is trusted', ['10.0.0.0/8'], '198.51.100.1'],
  ['a peer that is not', ['10.9.0.0/16'], '10.0.0.1'],
])('believes X-Forwarded-For from %s as far as it should', async (_peer, trustedProxies, seen) => {
  const server = await createTestServer({ plugins: [mirror], trustedProxies })
  const headers = { 'x-forwarded-for': '203.0.113.66, 198.51.100.1' }
  const answer = await server.request('/-/mirror', { address: '10.0.0.1', headers })
  expect(await answer.text()).toBe(seen)
  await server.close()
})
