/** Somebody registers apps as fast as they can, from one address and from many. */
import { expect, it } from 'vitest'
import { startProvider } from '../../src/plugins/oauth/test-app.ts'

it('whoever has a whole /48 of IPv6 cannot take the room of everybody', async () => {
  const server = await startProvider({ enable_dynamic_registration: true })
  const register = async (address: string) => {
    const json = { redirect_uris: ['https://app.example/cb'] }
    return (await server.request('/-/oauth/register', { json, address })).status
  }
  const answers = new Set<number>()
  for (let sent = 0; sent < 1200; sent += 1) answers.add(await register(`2001:db8:1:${sent.toString(16)}::1`))
  expect(answers).toEqual(new Set([201, 429]))
  expect(await register('2001:db8:2::1')).toBe(201)
  await server.close()
}, 300_000)

it('10,000 registrations leave bounded rows, and each answer is 201, 429 or 503 with Retry-After', async () => {
  const server = await startProvider({ enable_dynamic_registration: true })
  const answers = new Map<number, number>()
  for (let sent = 0; sent < 10_000; sent += 1) {
    // Every second one comes from the same address, the others from 2,500 networks.
    const address = sent % 2 === 0 ? '192.0.2.1' : `10.${sent % 50}.${sent % 100}.${sent % 250}`
    const answer = await server.request('/-/oauth/register', {
      json: { redirect_uris: ['https://app.example/cb'], client_name: `App ${sent}` },
      address,
    })
    answers.set(answer.status, (answers.get(answer.status) ?? 0) + 1)
    if (answer.status !== 201) {
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(await answer.json()).toMatchObject({ error: 'temporarily_unavailable' })
    }
  }
  expect([...answers.keys()].toSorted((one, other) => one - other)).toEqual([201, 429, 503])
  const rows = async (table: string) =>
    (
      await server.store
        .selectFrom(table as never)
        .selectAll()
        .execute()
    ).length
  expect(answers.get(201)).toBe(1000)
  expect(await rows('tapedeck_oauth_unvouched_clients')).toBe(1000)
  expect(await rows('tapedeck_oauth_client_secrets')).toBe(1000)
  expect(await rows('tapedeck_oauth_audit')).toBe(1000)
  await server.close()
}, 300_000)
