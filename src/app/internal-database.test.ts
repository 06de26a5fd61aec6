import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MigrationOwner } from '../store/migrate.ts'
import { openInternalDatabase } from './internal-database.ts'

let directory: string
let path: string
let logged: readonly unknown[]
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-internal-'))
  path = join(directory, 'internal.db')
  logged = []
})
afterEach(() => rmSync(directory, { recursive: true }))

/** As that of the server, it writes a line when it has a turn. */
const log = pino(
  { base: null, timestamp: false },
  { write: (line) => void setImmediate(() => (logged = [...logged, JSON.parse(line)])) },
)

/** A plugin with so many migrations; each notes what is in the log when it runs. */
const pluginWith = (count: number, notes: unknown[] = []): MigrationOwner => ({
  name: 'shop',
  migrations: Object.fromEntries(
    Array.from({ length: count }, (_, index) => [
      `000${index + 1}`,
      { up: async () => void notes.push(logged) },
    ]),
  ),
})

async function open(plugin: MigrationOwner): Promise<void> {
  const store = await openInternalDatabase(path, [plugin], log)
  if (!store.ok) throw new Error(store.error)
  await store.value.destroy()
}

describe('openInternalDatabase', () => {
  it('says what it does to a database of an older version before it does it, and nothing of a new one', async () => {
    await open(pluginWith(1))
    expect(logged).toEqual([])
    const said = (name: string) => ({ level: 30, migration: `shop/${name}`, msg: 'internal.migrating' })
    const notes: unknown[] = []
    await open(pluginWith(3, notes))
    expect(notes).toEqual([[said('0002')], [said('0002'), said('0003')]])
    await open(pluginWith(3, notes))
    expect(logged).toHaveLength(2)
  })
})
