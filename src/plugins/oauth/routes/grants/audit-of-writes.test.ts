import { expect, it } from 'vitest'
import type { OAuthTables } from '../../storage/tables.ts'
import { jsonOf, obtainToken, registerApp, startProvider } from '../../test-app.ts'

it('a write with a grant’s token leaves who, which app and which grant in the audit trail', async () => {
  const server = await startProvider({}, { rootEnabled: true })
  const app = await registerApp(server)
  const token = await obtainToken(server, app)
  const insert = (json: object) =>
    server.request('/team/posts/-/insert', { token, json, address: '192.0.2.9' })
  expect((await insert({ row: { title: 'a' } })).status).toBe(201)
  expect((await insert({ row: { title: 'b' }, replace: true })).status).toBe(403)

  const form = { client_name: 'Renamed', redirect_uri: app.redirectUri }
  await server.request(`/-/oauth/clients/${app.clientId}.json`, {
    actor: { id: 'alice', role: 'developer' },
    form,
  })
  expect((await insert({ rows: [{ title: 'c' }, { title: 'd' }] })).status).toBe(201)

  const path = `/-/audit.json?client=${app.clientId}&table=posts`
  const { entries } = await jsonOf(await server.request(path, { actor: { id: 'root' } }))
  const grant = await server.store
    .withTables<OAuthTables>()
    .selectFrom('tapedeck_oauth_grants')
    .select('grant_id')
    .executeTakeFirstOrThrow()
  const written = {
    event: 'insert-rows',
    actor_id: 'carol',
    token: true,
    client_id: app.clientId,
    grant_id: grant.grant_id,
    address: '192.0.2.9',
  }
  // The name is the one that the app had then.
  expect(entries).toMatchObject([
    { ...written, client_name: 'Renamed', num_rows: 2 },
    { ...written, client_name: 'Report Maker', num_rows: 1 },
  ])
  expect(entries).toHaveLength(2)

  // The app's token was not given the right to read the trail.
  expect((await server.request('/-/audit.json', { token })).status).toBe(403)
  await server.close()
})
