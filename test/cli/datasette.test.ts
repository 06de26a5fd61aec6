import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeHome, runCommand, startCommand, type Home } from '../support/command-line.ts'
import {
  RECORDED_TOKEN,
  startRecordedDatasette,
  type RecordedDatasette,
} from '../support/recorded-datasette.ts'

let datasette: RecordedDatasette
let home: Home
beforeAll(async () => {
  datasette = await startRecordedDatasette()
  home = makeHome()
})
afterAll(async () => {
  await datasette.close()
  home.remove()
})

describe('the commands against a Datasette with datasette-oauth, as it was recorded', () => {
  it('log in: no metadata, the code shown, polled every 5 seconds, the token kept and never shown', async () => {
    const login = startCommand(home, ['login', datasette.url, '--read', 'team/posts', '--json'])
    await login.waitFor(/545U-3GD7/u)
    datasette.approve()
    const { code, out, err } = await login.ended
    expect([code, err]).toEqual([0, ''])
    const [waiting, signedIn] = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(waiting).toEqual({
      status: 'waiting',
      server: datasette.url,
      user_code: '545U-3GD7',
      verification_uri: `${datasette.url}/-/oauth/device/verify`,
      verification_uri_complete: null,
      expires_in: 900,
    })
    expect(signedIn).toMatchObject({
      status: 'signed_in',
      server: datasette.url,
      actor_id: 'alice',
      scope: null,
    })
    expect(out + err).not.toContain(RECORDED_TOKEN)
    expect(datasette.asked.slice(0, 3)).toEqual([
      'GET /.well-known/oauth-authorization-server',
      'POST /-/oauth/device',
      'POST /-/oauth/token',
    ])
  })

  it('say who you are', async () => {
    const { code, out } = await runCommand(home, ['whoami'])
    expect(code).toBe(0)
    expect(out).toContain(`alice at ${datasette.url}`)
    expect(out).toContain('view-instance everywhere')
    expect(out).toContain('view-table on team/posts')
  })

  it('get a path', async () => {
    const { code, out } = await runCommand(home, ['get', '/team/posts.json?_size=1'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ rows: [{ id: 1, title: 'Welcome', body: 'Hello' }] })
  })

  it('say what is not allowed, with an exit code of its own', async () => {
    const { code, out, err } = await runCommand(home, ['get', '/team/notes.json'])
    expect([code, out]).toEqual([4, ''])
    expect(err).toContain('You do not have permission to view this table')
  })

  it('query, in every format', async () => {
    const sql = "select null as n, 1.5 as f, 'é' as t"
    const query = async (...options: string[]) =>
      (await runCommand(home, ['query', 'library', sql, ...options])).out
    expect(JSON.parse(await query())).toEqual([{ n: null, f: 1.5, t: 'é' }])
    expect(await query('--csv')).toBe('n,f,t\n,1.5,é\n')
    expect(await query('--table')).toBe('n    f  t\n─  ───  ─\n∅  1.5  é\n')
  })

  it('tell the server’s words about wrong SQL', async () => {
    const { code, err } = await runCommand(home, ['query', 'library', 'select * from nope', '--json'])
    expect(code).toBe(1)
    expect(JSON.parse(err)).toMatchObject({
      error: 'refused',
      message: expect.stringContaining('no such table: nope'),
    })
  })

  it('insert rows', async () => {
    const rows = '{"name": "tape", "qty": 2}\n{"name": "glue", "supplier_id": 2}\n'
    const { code, out } = await runCommand(
      home,
      ['insert', 'inventory', 'items', '-', '--format', 'nl'],
      rows,
    )
    expect([code, out]).toEqual([0, 'Added 2 rows to inventory/items.\n'])
    expect(datasette.asked.at(-1)).toBe('POST /inventory/items/-/insert')
  })

  it('log out, and say that this server cannot end a token', async () => {
    const { code, out } = await runCommand(home, ['logout'])
    expect(code).toBe(0)
    expect(out).toContain('The server cannot end single tokens')
    expect((await runCommand(home, ['whoami'])).code).toBe(3)
  })
})
