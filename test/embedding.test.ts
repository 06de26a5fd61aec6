import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { INCLUDED_PLUGINS, loadConfig, openState, startServer, systemRandom } from '../src/index.ts'
import { definePlugin } from '../src/plugin.ts'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-embedding-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

/** A plugin as somebody else would write it: its configuration is turned into something else by its schema. */
const greeter = definePlugin({
  name: 'greeter',
  config: z.strictObject({ names: z.string().transform((text) => text.split(',')) }),
  actions: [],
  migrations: {},
  activate: (_host, { names }) => ({
    routes: [
      {
        method: 'GET',
        path: '/-/greeting',
        allow: { who: 'anyone' },
        handle: (c) => c.json({ hello: names }),
      },
    ],
    hooks: {},
  }),
})

const START = {
  files: [],
  immutables: [],
  host: '127.0.0.1',
  port: 0,
  root: false,
  create: false,
  cors: false,
  defaultDeny: false,
  memory: true,
  trustedProxies: [],
}

async function start(plugins: typeof INCLUDED_PLUGINS) {
  const configFile = join(directory, 'datasette.yaml')
  writeFileSync(configFile, 'plugins:\n  greeter:\n    names: Ada,Bo\n')
  const loaded = loadConfig({ configFile, metadataFile: null, settings: [], plugins, env: {} })
  const state = openState({
    databaseFiles: [],
    internalFile: join(directory, 'internal.db'),
    secret: null,
    env: {},
    random: systemRandom,
  })
  if (!loaded.ok || !state.ok) throw new Error('the configuration or the state is at fault')
  const started = await startServer({
    ...loaded.value,
    ...state.value,
    options: START,
    log: pino({ level: 'silent' }),
  })
  if (!started.ok) throw new Error(started.error.join(' '))
  return started.value
}

describe('a server inside another program', () => {
  it('serves with the plugins that it was given, each with its configuration as its schema made it', async () => {
    const server = await start([...INCLUDED_PLUGINS, greeter])
    const greeting = await fetch(`${server.url}-/greeting`)
    expect(await greeting.json()).toEqual({ hello: ['Ada', 'Bo'] })
    expect((await fetch(`${server.url}-/oauth/token`, { method: 'POST' })).status).toBe(400)
    await server.close()
  })

  it('serves without the provider when it was not given', async () => {
    const server = await start([greeter])
    expect((await fetch(`${server.url}-/oauth/token`, { method: 'POST' })).status).toBe(404)
    await server.close()
  })
})
