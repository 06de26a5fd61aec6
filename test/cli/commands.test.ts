import { chmodSync, cpSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { readForm } from '../../demo/form.ts'
import type { Browser } from '../../demo/browser.ts'
import { createSigner } from '../../src/auth/signing.ts'
import { signToken } from '../../src/auth/token-format.ts'
import { CORE_ACTIONS } from '../../src/permissions/core-actions.ts'
import {
  CTRL_C,
  makeHome,
  PROGRAM,
  runCommand,
  startCommand,
  startInTerminal,
  type Home,
} from '../support/command-line.ts'
import { signInAsRoot } from '../support/person.ts'
import {
  makeSite,
  removeSite,
  SECRET,
  startProcess,
  type ServerProcess,
  type Site,
} from '../support/server-process.ts'

let site: Site
let server: ServerProcess
let person: Browser
beforeAll(async () => {
  site = makeSite(
    'shop',
    `create table orders (id integer primary key, item text not null, price real);
     create table "a/b c" (id integer primary key);
     insert into orders (item, price) values ('bolts', 1.5), (char(27) || '[31mred', null);`,
    {
      allow: { id: '*' },
      permissions: { 'insert-row': { id: 'root' } },
      plugins: { 'datasette-oauth': { enable_device_flow: true, allow_root_device_tokens: true } },
    },
  )
  server = await startProcess(site, '--root')
  person = await signInAsRoot(server)
})
afterAll(async () => {
  await server.stop()
  removeSite(site)
})

let home: Home
beforeEach(() => {
  home = makeHome()
})
afterEach(() => home.remove())

const VERIFY = '/-/oauth/device/verify'

/** Logs in with these options; the person approves everything, or does what `decide` says. */
async function login(options: readonly string[], decide: readonly (readonly [string, string])[] = []) {
  const command = startCommand(home, ['login', server.url, '--json', ...options])
  await command.waitFor(/user_code/u)
  const { user_code: userCode } = JSON.parse(command.out().split('\n')[0] ?? '') as { user_code: string }
  const page = await person.post(server.url + VERIFY, [['code', userCode]])
  const fields = readForm(page.text, VERIFY)?.fields ?? []
  await person.post(server.url + VERIFY, [...fields, ...decide])
  return command.ended
}

const run = (...words: string[]) => runCommand(home, words)

/** The files that the command line keeps, and the token in the first. */
function kept() {
  const directory = join(home.directory, 'config', 'tapedeck', 'logins')
  const [file = ''] = readdirSync(directory)
  const path = join(directory, file)
  return { path, token: (JSON.parse(readFileSync(path, 'utf8')) as { token: string }).token }
}

describe('tapedeck login', () => {
  it('keeps a token that does what was asked and approved, readable by its owner alone', async () => {
    const { code, out, err } = await login(['--read', 'shop/orders', '--write', 'shop/orders'])
    expect([code, err]).toEqual([0, ''])
    const { path, token } = kept()
    expect(token).toMatch(/^dstok_/u)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(out).not.toContain(token)
    expect(JSON.parse(out.trim().split('\n')[1] ?? '')).toMatchObject({
      status: 'signed_in',
      actor_id: 'root',
      kept_in: path,
    })

    const whoami = await run('whoami')
    expect(whoami.out).toContain(`root at ${server.url}\nuntil `)
    expect(whoami.out).toContain('insert-row')
    expect(whoami.out).toContain('view-table')
    expect((await run('get', '/shop/orders.json')).code).toBe(0)
    expect((await run('get', '/shop/a~2Fb+c.json')).code).toBe(4)
  })

  it('asks to read everything when told nothing', async () => {
    await login([])
    const { out } = await run('whoami')
    const names = ['view-instance', 'view-database', 'view-table', 'view-query', 'execute-sql']
    for (const { name } of CORE_ACTIONS)
      expect([name, out.includes(name)]).toEqual([name, names.includes(name)])
  })

  it('gets full access only when it asks for it', async () => {
    await login(['--full-access'])
    expect((await run('whoami')).out).toContain('with all that you can do there')
  })

  it('ends with 5, and keeps nothing, when the person says no', async () => {
    const { code, err } = await login([], [['deny', 'Deny']])
    expect(code).toBe(5)
    expect(JSON.parse(err)).toMatchObject({ error: 'login_denied' })
    expect((await run('whoami')).code).toBe(3)
  })

  it('keeps nothing when it is stopped', async () => {
    const command = startCommand(home, ['login', server.url])
    await command.waitFor(/Waiting for you/u)
    command.kill('SIGINT')
    const { code, err } = await command.ended
    expect(code).toBe(130)
    expect(err).toMatch(/Stopped. You are not signed in. Do not approve [A-Z0-9]{4}-[A-Z0-9]{4} any more./u)
    expect((await run('whoami')).code).toBe(3)
  })

  it('says what to do about a server that lets no devices in', async () => {
    const closed = makeSite('shop', 'create table t (id integer)')
    const other = await startProcess(closed)
    const { code, err } = await run('login', other.url)
    expect(code).toBe(5)
    expect(err).toContain('enable_device_flow: true')
    await other.stop()
    removeSite(closed)
  })

  it.each([
    [[], 'login needs the address of one server'],
    [['data.example'], 'begins with https://'],
    [['http://data.example'], '--insecure-http'],
    [['https://data.example', '--full-access', '--read', 'a'], 'stand alone'],
    [['https://data.example', '--read', '/'], 'is no place'],
    [['https://data.example', '--nonsense'], "Unknown option '--nonsense'"],
  ])('refuses %j', async (words, said) => {
    const { code, out, err } = await run('login', ...words)
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain(said)
    expect(err).toContain('Usage: tapedeck login URL')
  })
})

describe('with a token', () => {
  const signedIn = makeHome()
  afterAll(() => signedIn.remove())
  beforeAll(async () => {
    home = signedIn
    await login([
      '--scope',
      '[["view-instance"],["view-database"],["view-table"],["execute-sql"],["insert-row","shop","orders"]]',
    ])
  })

  beforeEach(() => cpSync(signedIn.directory, home.directory, { recursive: true }))

  it('query prints tables that no row can disturb', async () => {
    const { out } = await run('query', 'shop', 'select * from orders', '--table')
    expect(out).toContain(String.raw`\x1b[31mred`)
    expect(out).not.toContain('\u001B')
    expect((await run('query', 'shop', 'select 9007199254740993 as n')).out).toContain('9007199254740993')
  })

  it('query says when there is more', async () => {
    const sql = 'with recursive n(i) as (select 1 union all select i + 1 from n) select i from n limit 2000'
    const { code, out, err } = await run('query', 'shop', sql)
    expect([code, (JSON.parse(out) as unknown[]).length]).toEqual([0, 1000])
    expect(err).toContain('These are the first 1000 rows')
  })

  it('insert sends files of every format, whole or not at all', async () => {
    const before = await count()
    const file = join(home.directory, 'orders.csv')
    writeFileSync(
      file,
      `item,price\n${Array.from({ length: 250 }, (_, index) => `thing ${index},${index}`).join('\n')}\n`,
    )
    expect((await run('insert', 'shop', 'orders', file)).out).toBe('Added 250 rows to shop/orders.\n')
    expect(await count()).toBe(before + 250)

    const words = (format: string) => ['insert', 'shop', 'orders', '-', '--format', format]
    const { out } = await runCommand(home, [...words('nl'), '--json'], '{"item": "a"}\n{"item": "b"}\n')
    expect(JSON.parse(out)).toEqual({ status: 'inserted', rows: 2 })
    const rows = Array.from({ length: 150 }, (_, index) =>
      index === 120 ? { price: 1 } : { item: `${index}` },
    )
    const refused = await runCommand(home, words('json'), JSON.stringify(rows))
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('Row 121 (line 121): NOT NULL constraint failed')
    expect(refused.err).toContain('No row was added.')
    expect(await count()).toBe(before + 252)
  })

  it('insert adds nothing of a file with a fault in it', async () => {
    const before = await count()
    const { code, err } = await runCommand(
      home,
      ['insert', 'shop', 'orders', '-', '--format', 'nl'],
      '{"item": "a"}\n{"item": }\n',
    )
    expect(code).toBe(1)
    expect(err).toContain('Row 2 (line 2): not JSON')
    expect(err).toContain('No row was added.')
    expect((await run('insert', 'shop', 'orders', join(home.directory, 'missing.json'))).err).toContain(
      'it does not exist',
    )
    expect((await run('insert', 'shop', 'orders', home.directory, '--format', 'nl')).err).toContain(
      'it is a directory',
    )
    expect((await run('insert', 'shop', 'orders', 'file.txt')).code).toBe(2)
    expect(await count()).toBe(before)
  })

  it('insert shows on a terminal how far it has come', async () => {
    const file = join(home.directory, 'many.csv')
    writeFileSync(file, `item\n${'something long to say\n'.repeat(100_000)}`)
    const terminal = startInTerminal(home, ['insert', 'shop', 'orders', file])
    await terminal.waitFor(/ of 2\.2 MB sent/u)
    await terminal.waitFor(/Writing…/u)
    expect(await terminal.exitCode).toBe(0)
    expect(terminal.screen()).toContain('Added 100000 rows to shop/orders.')
  })

  it('says with which access to sign in again', async () => {
    const { code, err } = await runCommand(
      home,
      ['insert', 'shop', 'a/b c', '-', '--format', 'json'],
      '{"id": 1}',
    )
    expect(code).toBe(4)
    expect(err).toContain(`tapedeck login ${server.url} --scope 'insert-row:shop/a%2Fb%20c'`)
  })

  it('does not say so of a token from the environment, before which a login would not go', async () => {
    const { token } = kept()
    const other = makeHome({ TAPEDECK_TOKEN: token, TAPEDECK_SERVER: server.url })
    const words = ['insert', 'shop', 'a/b c', '-', '--format', 'json']
    const { code, err } = await runCommand(other, words, '{"id": 1}')
    other.remove()
    expect(code).toBe(4)
    expect(err).toContain('. The token came from TAPEDECK_TOKEN: set one that may do this')
    expect(err).not.toContain('tapedeck login')
  })

  it('get stays on its server', async () => {
    for (const path of ['https://evil.example/', '//evil.example/', 'javascript:alert(1)']) {
      expect((await run('get', path)).code).toBe(2)
    }
    expect((await run('get', 'shop.json')).code).toBe(0)
    expect((await run('get', '/shop/nothing.json')).code).toBe(1)
  })

  it('takes a server and a token from the environment, the token for no server that was not named', async () => {
    const { token } = kept()
    const other = makeHome({ TAPEDECK_TOKEN: token, TAPEDECK_SERVER: server.url })
    expect((await runCommand(other, ['whoami'])).out).toContain('root at')
    other.remove()
    const unnamed = makeHome({ TAPEDECK_TOKEN: token })
    expect((await runCommand(unnamed, ['whoami'])).code).toBe(2)
    expect((await runCommand(unnamed, ['whoami', '--server', server.url])).code).toBe(0)
    unnamed.remove()
    const wrong = makeHome({ TAPEDECK_TOKEN: 'dstok_wrong', TAPEDECK_SERVER: server.url })
    expect(await runCommand(wrong, ['whoami'])).toMatchObject({
      code: 3,
      err: expect.stringContaining('TAPEDECK_TOKEN'),
    })
    wrong.remove()
  })

  it('does not use a token that others can read', async () => {
    chmodSync(kept().path, 0o644)
    const { code, err } = await run('whoami')
    expect(code).toBe(1)
    expect(err).toContain('chmod 600')
  })

  it('logout forgets it', async () => {
    const { code, out } = await run('logout', server.url, '--json')
    expect([code, JSON.parse(out)]).toEqual([
      0,
      { status: 'signed_out', server: server.url, token: 'revoked' },
    ])
    expect((await run('logout', server.url)).code).toBe(3)
  })

  async function count(): Promise<number> {
    const { out } = await run('query', 'shop', 'select count(*) as n from orders', '--csv')
    return Number(out.split('\n')[1])
  }
})

describe('insert at a server that takes no bulk bodies', () => {
  let site: Site
  let server: ServerProcess
  beforeAll(async () => {
    site = makeSite('shop', 'create table orders (id integer primary key, item text not null)', {
      permissions: { 'insert-row': { id: 'ann' } },
      settings: { max_bulk_body_bytes: 0 },
    })
    server = await startProcess(site)
  })
  afterAll(async () => {
    await server.stop()
    removeSite(site)
  })

  let ann: Home
  beforeEach(() => {
    const token = signToken(createSigner(SECRET), { a: 'ann', t: Math.floor(Date.now() / 1000) })
    ann = makeHome({ TAPEDECK_TOKEN: token, TAPEDECK_SERVER: server.url })
  })
  afterEach(() => ann.remove())

  it('sends batches, each whole or not at all', async () => {
    const before = await count()
    const rows = Array.from({ length: 150 }, (_, index) => (index === 120 ? {} : { item: `${index}` }))
    const words = ['insert', 'shop', 'orders', '-', '--format', 'json']
    const refused = await runCommand(ann, words, JSON.stringify(rows))
    expect(refused.code).toBe(1)
    expect(refused.err).toContain('NOT NULL constraint failed')
    expect(refused.err).toContain(
      'Rows 1 to 100 are in. The fault is in one of rows 101 to 150, none of which is in.',
    )
    expect(await count()).toBe(before + 100)
  })

  it('sends nothing of a file with a fault in it', async () => {
    const words = ['insert', 'shop', 'orders', '-', '--format', 'nl']
    const { code, err } = await runCommand(ann, words, '{"item": "a"}\n{"item": }\n')
    expect([code, err]).toEqual([1, expect.stringMatching(/line 2 is not JSON.*Nothing was sent/u)])
  })

  it('tells how far it came when it is stopped', async () => {
    const before = await count()
    const file = join(ann.directory, 'many.json')
    writeFileSync(file, JSON.stringify(Array.from({ length: 50_000 }, (_, index) => ({ item: `${index}` }))))
    const terminal = startInTerminal(ann, ['insert', 'shop', 'orders', file])
    await terminal.waitFor(/ of 50000 rows/u)
    terminal.press(CTRL_C)
    const [, done = ''] = await terminal.waitFor(/Stopped\. Rows 1 to (\d+) are in\./u)
    expect(await terminal.exitCode).toBe(1)
    expect(terminal.screen()).toContain(`To go on, send the file without its first ${done} rows.`)
    expect(await count()).toBe(before + Number(done))
  })

  async function count(): Promise<number> {
    const { out } = await runCommand(ann, ['query', 'shop', 'select count(*) as n from orders', '--csv'])
    return Number(out.split('\n')[1])
  }
})

describe('a command whose output cannot be written', () => {
  it('fails, so that nobody takes a part for the whole', async () => {
    const child = spawnSync(
      'sh',
      ['-c', '"$0" "$1" get /-/actor.json --server "$2" > /dev/full', process.execPath, PROGRAM, server.url],
      {
        env: home.env,
      },
    )
    expect(child.status).toBe(1)
    expect(child.stderr.toString()).toContain('The output could not be written: the disk is full.')
  })

  it('says before anybody is asked that a token could not be kept', async () => {
    writeFileSync(join(home.directory, 'config'), 'a file')
    const { code, out, err } = await run('login', server.url)
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('part of its path is no directory')
  })
})

describe('without a server', () => {
  it('says that nothing listens', async () => {
    const { code, err } = await run('get', '/', '--server', 'http://127.0.0.1:65123')
    expect(code).toBe(1)
    expect(err).toContain('Nothing listens at http://127.0.0.1:65123. Nothing was sent.')
  })

  it.each(['login', 'logout', 'whoami', 'get', 'query', 'insert'])(
    '%s --help explains itself',
    async (name) => {
      const { code, out } = await run(name, '--help')
      expect([code, out.split('\n')[0]]).toEqual([0, expect.stringContaining(`Usage: tapedeck ${name}`)])
    },
  )
})
