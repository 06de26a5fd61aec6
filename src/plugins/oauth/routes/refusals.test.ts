import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { TestRequest, TestServer } from '../../../testing.ts'
import { ask, authorizePath, CAROL, registerApp, startProvider } from '../test-app.ts'

let server: TestServer
beforeAll(async () => {
  server = await startProvider()
})
afterAll(() => server.close())

describe('an answer that refuses something', () => {
  const SENT = 'a-text-that-was-sent-and-must-not-come-back'
  const clientId = '6'.repeat(32)
  const form = { client_id: clientId, client_secret: SENT }
  const basic = { authorization: `Basic ${btoa(`${clientId}:${SENT}`)}` }
  const page = { accept: 'text/html' }

  it.each<[string, string, TestRequest]>([
    [
      'a request of nobody’s',
      `/-/oauth/authorize?client_id=${clientId}&state=${SENT}`,
      { actor: CAROL, headers: page },
    ],
    [
      'a page that was made up',
      '/-/oauth/authorize',
      { actor: CAROL, headers: page, form: { ticket: SENT } },
    ],
    ['a code', '/-/oauth/token', { form: { ...form, grant_type: 'authorization_code', code: SENT } }],
    [
      'a verifier',
      '/-/oauth/token',
      { form: { ...form, grant_type: 'authorization_code', code_verifier: SENT } },
    ],
    [
      'a refresh token',
      '/-/oauth/token',
      { form: { ...form, grant_type: 'refresh_token', refresh_token: SENT } },
    ],
    ['a secret', '/-/oauth/token', { form: { grant_type: 'authorization_code' }, headers: basic }],
    ['a kind of grant', '/-/oauth/token', { form: { grant_type: SENT } }],
    ['a token to end', '/-/oauth/revoke', { form: { ...form, token: SENT } }],
    ['a token to ask about', '/-/oauth/introspect', { form: { ...form, token: SENT } }],
    ['a token', '/team/posts.json', { token: `dstok_${SENT}` }],
    ['a token, as a page', '/team/posts', { token: `dstok_${SENT}`, headers: page }],
  ])('T109: does not repeat %s', async (_what, path, request) => {
    const answer = await server.request(path, request)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toContain(SENT)
    expect(server.log()).not.toContain(SENT)
  })

  it('T109: does not repeat the state of a request that a known app did not send', async () => {
    const app = await registerApp(server)
    const path = authorizePath(app, { state: SENT, redirect_uri: 'https://evil.example/' })
    const answer = await ask(server, path)
    expect([answer.status, answer.headers.get('location')]).toEqual([400, null])
    expect(await answer.text()).not.toContain(SENT)
    expect(server.log()).not.toContain(SENT)
  })
})
