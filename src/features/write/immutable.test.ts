import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Hono } from 'hono'
import { pino } from 'pino'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { AppContext, AppVariables } from '../../routing/context.ts'
import { defaultSettings } from '../../config/settings.ts'
import { openDatabases } from '../../database/open-databases.ts'
import { IdempotencyKeys } from '../../idempotency/idempotency-keys.ts'
import { openStore } from '../../store/connect.ts'
import { Uploads } from '../../uploads/uploads.ts'
import { createUrls } from '../../http/urls.ts'
import { CORE_ACTIONS } from '../../permissions/core-actions.ts'
import { createPermissions } from '../../permissions/create-permissions.ts'
import { systemRandom } from '../../random.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { TableCounts } from '../table-counts.ts'
import { writeRoutes } from './routes.ts'

/** The write endpoints of a server whose only database is an immutable file, one of them behind every address. */
function immutableServer(path: string) {
  const folder = mkdtempSync(join(tmpdir(), 'tapedeck-immutable-'))
  const file = join(folder, 'shop.db')
  const writer = new DatabaseSync(file)
  writer.exec('create table t (id integer primary key)')
  writer.close()
  const log = pino({ level: 'silent' })
  const opened = openDatabases({
    files: [],
    immutables: [file],
    memory: false,
    create: false,
    readers: 1,
    cacheSizeKb: 0,
    log,
  })
  const stored = openStore(':memory:')
  if (!opened.ok || !stored.ok) throw new Error('the databases did not open')
  const store = stored.value
  onTestFinished(async () => {
    await opened.value.close()
    await store.destroy()
    rmSync(folder, { recursive: true })
  })

  const deps: FeatureDeps = {
    databases: opened.value,
    permissions: createPermissions({
      actions: CORE_ACTIONS,
      config: {},
      pluginRules: [],
      defaultDeny: false,
      rootEnabled: true,
      defaultAllowSql: true,
    }),
    settings: defaultSettings,
    say: () => undefined,
    urls: createUrls({ basePath: '/', forceHttps: false }),
    counts: new TableCounts(),
    trackEvents: () => Promise.reject(new Error('nothing was written')),
    columnTypes: {
      of: () => Promise.resolve(new Map()),
      set: () => Promise.resolve(),
      follow: () => Promise.resolve(),
    },
    config: {
      asWritten: () => ({}),
      instanceMetadata: () => ({}),
      databaseMetadata: () => ({}),
      tableMetadata: () => ({}),
      table: () => ({
        hidden: false,
        size: null,
        sort: null,
        sortableColumns: null,
        labelColumn: null,
        facets: [],
        facetSize: null,
        fullText: { table: null, key: null, isRaw: false },
        columnTypes: {},
      }),
      queries: () => [],
      query: () => null,
    },
    page: () => Promise.reject(new Error('the write API has no pages')),
    authenticate: async () => ({ kind: 'known', actor: null, session: null, grant: null }),
    savedQueries: {
      find: () => null,
      add: () => Promise.resolve(false),
      update: () => Promise.resolve(false),
      remove: () => Promise.resolve(false),
    },
    uploads: new Uploads(join(folder, 'uploads'), systemRandom),
    idempotencyKeys: new IdempotencyKeys(store),
    clock: { now: () => 0 },
    random: systemRandom,
  }
  const route = writeRoutes(deps).find((candidate) => candidate.path === path)
  const app = new Hono<{ Variables: AppVariables }>()
  app.post('*', (c: AppContext) => {
    if (route === undefined) throw new Error('there is no route')
    return route.handle(c, { database: 'shop', table: 't', pks: '1' })
  })
  return app
}

describe('writing to an immutable database', () => {
  it.each([
    '/:database/-/create',
    '/:database/:table/-/alter',
    '/:database/:table/-/drop',
    '/:database/:table/-/insert',
    '/:database/:table/-/upsert',
    '/:database/:table/:pks*/-/update',
    '/:database/:table/:pks*/-/delete',
  ])('is refused before the body is read: %s', async (path) => {
    const response = await immutableServer(path).request('/', { method: 'POST', body: 'not json' })
    expect(response.status).toBe(403)
    expect(await response.json()).toEqual({
      ok: false,
      error: 'Database is immutable',
      errors: ['Database is immutable'],
      status: 403,
    })
  })
})
