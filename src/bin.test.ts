import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { HELP } from './cli/help.ts'
import { programVersion } from './program-version.ts'
import { stateDirectory } from './store/state.ts'

// The built program, as people start it.
const LAUNCHER = fileURLToPath(new URL('../bin/tapedeck.js', import.meta.url))

let directory: string
let shop: string
let env: NodeJS.ProcessEnv
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-bin-')))
  shop = join(directory, 'shop.db')
  const database = new DatabaseSync(shop)
  database.exec('create table orders (id integer primary key)')
  database.close()
  env = { PATH: process.env['PATH'], XDG_STATE_HOME: join(directory, 'state') }
})
afterEach(() => rmSync(directory, { recursive: true }))

function run(...argv: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [LAUNCHER, ...argv], {
    env,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Starts a server with a link for root, and waits for it. */
async function start(...argv: string[]) {
  const child = spawn(process.execPath, [LAUNCHER, ...argv, '--root', '-p', '0'], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'close')
  let output = ''
  for await (const text of child.stdout.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    output += text
    if (/token=.*\n$/.test(output)) break
  }
  const [state = '', address = '', rootLink = ''] = output.split('\n')
  return { child, ended, state, address: address.replace('Address: ', ''), rootLink }
}

describe('tapedeck', () => {
  it('prints its help and its version', () => {
    expect(run('--help')).toEqual({ status: 0, stdout: `${HELP}\n`, stderr: '' })
    expect(run('--version')).toEqual({ status: 0, stdout: `${programVersion()}\n`, stderr: '' })
    expect(run('serve', '--version').stdout).toBe(`${programVersion()}\n`)
  })

  it('answers a command line that it does not understand with the usage and exit code 2', () => {
    expect(run('--nonsense')).toEqual({
      status: 2,
      stdout: '',
      stderr:
        "Error: Unknown option '--nonsense'\nUsage: tapedeck [serve] [FILE ...] [options]. See tapedeck --help.\n",
    })
  })

  it('refuses files that do not exist or are no databases, a line each, with exit code 1', () => {
    const notes = join(directory, 'notes.db')
    writeFileSync(notes, 'These are notes, not a database. '.repeat(99))
    const { status, stdout, stderr } = run(join(directory, 'missing.db'), notes, '--secret', 's')
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' })
    expect(stderr.trim().split('\n')).toEqual([
      expect.stringMatching(/^Error: .*missing\.db.* does not exist/),
      expect.stringMatching(/^Error: .*notes\.db.* is not a SQLite database/),
    ])
  })

  it('refuses a wrong configuration and an unknown setting, with exit code 1', () => {
    const config = join(directory, 'datasette.yaml')
    writeFileSync(config, 'allow: [ann]\n')
    expect(run(shop, '-c', config, '-s', 'nonsense', '1')).toEqual({
      status: 1,
      stdout: '',
      stderr:
        'Error: --setting nonsense: unknown setting\n' +
        'Error: allow: expected true, false, or a mapping of actor keys to values such as {id: alice}\n',
    })
  })

  it('refuses an internal database that is not SQLite, with exit code 1', () => {
    const internal = join(directory, 'internal.db')
    writeFileSync(internal, 'These are notes, not a database. '.repeat(99))
    expect(run(shop, '--internal', internal, '-p', '0')).toEqual({
      status: 1,
      stdout: '',
      stderr: `Error: The internal database ${internal} is not a SQLite database\n`,
    })
  })

  it('refuses a port that is in use, with exit code 1', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    const address = other.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const { status, stderr } = run(shop, '-p', String(port))
    other.close()
    expect(status).toBe(1)
    expect(stderr).toMatch(new RegExp(`^Error: Port ${port} on 127.0.0.1 is already in use.*\\n$`))
  })

  it.each(['SIGTERM', 'SIGINT'] as const)('serves until %s and then exits with 0', async (signal) => {
    const { child, ended, address } = await start('serve', shop)
    const answer = await fetch(new URL('shop/orders.json', address))
    expect(answer.status).toBe(200)
    await answer.body?.cancel()
    child.kill(signal)
    expect(await ended).toEqual([0, null])
  })

  it('keeps its state where it says, for its owner alone', async () => {
    const { child, ended, state } = await start(shop)
    const path = stateDirectory([shop], env)
    expect(state).toBe(`State: ${path}`)
    expect(statSync(path).mode & 0o777).toBe(0o700)
    expect(statSync(join(path, 'internal.db')).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, 'internal.db.secret')).mode & 0o777).toBe(0o600)
    child.kill()
    await ended
  })

  it('prints a link that signs in as root, and a restart signs nobody out', async () => {
    const first = await start(shop)
    expect(first.rootLink).toMatch(/\/-\/auth-token\?token=[0-9a-f]{64}$/)
    const signedIn = await fetch(first.rootLink, { redirect: 'manual' })
    const cookie = signedIn.headers.get('set-cookie')?.split(';')[0] ?? ''
    first.child.kill()
    await first.ended

    const second = await start(shop)
    const answer = await fetch(new URL('-/actor.json', second.address), { headers: { cookie } })
    expect(await answer.json()).toEqual({ ok: true, actor: { id: 'root' } })
    second.child.kill()
    await second.ended
  })
})

describe('tapedeck users', () => {
  it('works on the state of the server that its words name, and prints where that is apart from the answer', () => {
    const added = run('users', 'add', 'ann', shop, '--url', 'https://data.example')
    expect(added).toMatchObject({ status: 0, stderr: `State: ${stateDirectory([shop], env)}\n` })
    expect(added.stdout).toMatch(/^https:\/\/data\.example\/-\/passwords\/invitation\?token=[0-9a-f]{64}$/mu)
    expect(run('users', 'list', shop).stdout).toMatch(/^ann {2}invited until /u)
  })

  it.each([
    [1, ['users', 'invite', 'bob', 'SHOP'], 'bob has no account here'],
    [1, ['users', 'list', 'no.db'], 'does not exist'],
    [1, ['users', 'add', 'ann', 'SHOP', '-p', '0'], 'say it with --url'],
    [1, ['users', 'add', 'ann', 'SHOP', '-h', '0.0.0.0'], 'say it with --url'],
    [2, ['users', 'list'], 'name the files that it serves'],
    [2, ['users', 'add', 'ann'], 'name the files that it serves'],
    [2, ['users'], 'add, invite, remove or list'],
    [2, ['users', 'list', 'SHOP', '--frob'], "Unknown option '--frob'"],
    [2, ['users', 'list', 'SHOP', '--version'], '--version is no option of this command'],
  ])('ends with %i for %j', (status, words, said) => {
    const ended = run(...words.map((word) => (word === 'SHOP' ? shop : word)))
    expect([ended.status, ended.stdout]).toEqual([status, ''])
    expect(ended.stderr).toContain(said)
    expect(ended.stderr).not.toContain('    at ')
  })

  it('explains itself', () => {
    const { status, stdout } = run('users', '--help')
    expect([status, stdout.split('\n')[0]]).toEqual([
      0,
      'Usage: tapedeck users add|invite|remove NAME [--url URL] [FILE ...] [options of serve]',
    ])
  })
})
