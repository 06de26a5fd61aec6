import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { RunningServer, StartInput } from '../app/start.ts'
import { defaultSettings } from '../config/settings.ts'
import { definePlugin } from '../plugins/define-plugin.ts'
import { systemRandom } from '../random.ts'
import { fail, ok } from '../result.ts'
import { stateDirectory } from '../store/state.ts'
import { parseServeArgs, type ServeOptions } from './serve-options.ts'
import { serve, type ServeDeps } from './serve.ts'

let directory: string
let env: ServeDeps['env']
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-serve-')))
  env = { XDG_STATE_HOME: join(directory, 'state') }
})
afterEach(() => rmSync(directory, { recursive: true }))

function optionsOf(...argv: string[]): ServeOptions {
  const parsed = parseServeArgs(argv, {})
  if (!parsed.ok || parsed.value.kind !== 'serve') throw new Error('not a serve command')
  return parsed.value.options
}

const provider = definePlugin({
  name: 'datasette-oauth',
  config: z.strictObject({ a: z.int().default(1) }),
  actions: [],
  migrations: {},
  activate: () => ({ routes: [], hooks: {} }),
})

/** Runs `serve` around a server that only notes what happens to it. */
async function run(
  argv: readonly string[],
  further: Partial<ServeDeps> & { server?: Partial<RunningServer> } = {},
) {
  const { server, ...deps } = further
  const events: string[] = []
  const started: StartInput[] = []
  const code = await serve(optionsOf(...argv), {
    plugins: [provider],
    findFileFaults: () => [],
    env,
    random: systemRandom,
    log: pino({ level: 'silent' }),
    print: (line) => events.push(`out ${line}`),
    complain: (line) => events.push(`err ${line}`),
    stop: Promise.resolve(),
    start: async (input) => {
      started.push(input)
      events.push('start')
      return ok({
        url: 'http://127.0.0.1:8001/',
        rootLink: null,
        warnings: [],
        close: async () => void events.push('close'),
        ...server,
      })
    },
    ...deps,
  })
  return { code, events, started }
}

describe('serve', () => {
  it('starts, tells where it is, and closes when asked to stop', async () => {
    const { code, events } = await run(['shop.db'])
    expect(code).toBe(0)
    expect(events).toEqual([
      'start',
      `out State: ${stateDirectory(['shop.db'], env)}`,
      'out Address: http://127.0.0.1:8001/',
      'close',
    ])
  })

  it('prints the link for root on a line of its own', async () => {
    const rootLink = 'http://127.0.0.1:8001/-/auth-token?token=00'
    const { events } = await run(['--root'], { server: { rootLink } })
    expect(events).toContain(`out ${rootLink}`)
  })

  it('hands over everything that it read', async () => {
    const config = join(directory, 'datasette.yaml')
    writeFileSync(config, 'title: Ships\nplugins:\n  datasette-oauth:\n    a: 2\n')
    const argv = ['shop.db', '-c', config, '-s', 'max_csv_mb', '7', '--secret', 'given', '--cors']
    const { started } = await run(argv)
    expect(started).toMatchObject([
      {
        options: optionsOf(...argv),
        config: { title: 'Ships' },
        settings: { ...defaultSettings, max_csv_mb: 7 },
        plugins: [{ name: 'datasette-oauth' }],
        secret: 'given',
        internalPath: join(stateDirectory(['shop.db'], env), 'internal.db'),
      },
    ])
  })

  it('tells what is wrong with the configuration and with the files together, and makes no state', async () => {
    const config = join(directory, 'datasette.yaml')
    writeFileSync(config, 'plugins:\n  datasette-oauth:\n    b: 2\n')
    const { code, events } = await run(['missing.db', '-c', config], {
      findFileFaults: () => ["Path 'missing.db' does not exist."],
    })
    expect(code).toBe(1)
    expect(events).toEqual([
      'err Error: plugins.datasette-oauth.b: unknown key',
      "err Error: Path 'missing.db' does not exist.",
    ])
    expect(existsSync(stateDirectory(['missing.db'], env))).toBe(false)
  })

  it('T107: hands over the previous secret, warns when nothing says until when, and refuses the one in use', async () => {
    const words = ['shop.db', '--secret', 'new', '--previous-secret', 'old']
    const { started, events } = await run(words)
    expect(started).toMatchObject([{ secret: 'new', previousSecret: { secret: 'old', until: null } }])
    expect(events.join('\n')).toContain('say until when with --previous-secret-until')
    const same = await run(['shop.db', '--secret', 'old', '--previous-secret', 'old'])
    expect([same.code, same.started]).toEqual([1, []])
    expect(same.events.join('\n')).toContain('--previous-secret is the secret that is in use')
  })

  it('has the same secret after a restart', async () => {
    const [first, second] = [await run(['shop.db']), await run(['shop.db'])]
    expect(first.started[0]?.secret).toMatch(/^[0-9a-f]{64}$/)
    expect(second.started[0]?.secret).toBe(first.started[0]?.secret)
  })

  it('names the internal database as the place of the state when one was chosen', async () => {
    const internal = join(directory, 'chosen.db')
    const { events, started } = await run(['--internal', internal])
    expect(events).toContain(`out State: ${internal}`)
    expect(started[0]?.internalPath).toBe(internal)
  })

  it('counts immutable databases among those that make the server what it is', async () => {
    const { events } = await run(['shop.db', '-i', 'team.db'])
    expect(events).toContain(`out State: ${stateDirectory(['shop.db', 'team.db'], env)}`)
  })

  it('warns in a line each of what it ignores', async () => {
    const config = join(directory, 'datasette.yaml')
    writeFileSync(config, 'alow: false\n')
    const { code, events } = await run(['-c', config])
    expect(code).toBe(0)
    expect(events).toContain('err Warning: alow is not a key of the configuration and is ignored')
  })

  it('prints every fault of the configuration, starts nothing and leaves nothing behind', async () => {
    const config = join(directory, 'datasette.yaml')
    writeFileSync(config, 'allow: ann\n')
    const { code, events } = await run(['-c', config, '-s', 'nonsense', '1'])
    expect(code).toBe(1)
    expect(events).toEqual([
      'err Error: --setting nonsense: unknown setting',
      'err Error: allow: expected true, false, or a mapping of actor keys to values such as {id: alice}',
    ])
    expect(existsSync(join(directory, 'state'))).toBe(false)
  })

  it('says why it cannot keep its state', async () => {
    writeFileSync(join(directory, 'state'), 'in the way')
    const { code, events } = await run([])
    expect(code).toBe(1)
    expect(events).toEqual([
      `err Error: ${stateDirectory([], env)} cannot be created (ENOTDIR); choose where state is kept with --internal FILE or XDG_STATE_HOME`,
    ])
  })

  it('prints every reason why the server did not start', async () => {
    const { code, events } = await run(['a.db'], {
      start: async () => fail(['a.db does not exist', 'no more ports']),
    })
    expect(code).toBe(1)
    expect(events).toEqual(['err Error: a.db does not exist', 'err Error: no more ports'])
  })

  it('runs until it is asked to stop', async () => {
    const { promise: stop, resolve: askToStop } = Promise.withResolvers<void>()
    const { promise: serving, resolve: isServing } = Promise.withResolvers<void>()
    const lines: string[] = []
    const running = run([], {
      stop,
      print: (line) => {
        lines.push(line)
        if (line.startsWith('Address')) isServing()
      },
      server: { close: async () => void lines.push('close') },
    })
    await serving
    await new Promise((resolve) => setImmediate(resolve))
    expect(lines).not.toContain('close')
    askToStop()
    expect((await running).code).toBe(0)
    expect(lines.at(-1)).toBe('close')
  })

  it('ends after five seconds even if a request never does', async () => {
    const before = performance.now()
    const { code } = await run([], { server: { close: () => new Promise(() => {}) } })
    const elapsedMs = performance.now() - before
    expect(code).toBe(0)
    expect(elapsedMs).toBeGreaterThan(4900)
    expect(elapsedMs).toBeLessThan(8000)
  })
})
