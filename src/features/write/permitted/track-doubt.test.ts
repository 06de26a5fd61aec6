import { afterAll, afterEach, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { FileDatabase } from '../../../database/file-database.ts'
import { fail } from '../../../result.ts'
import { createTestServer, type TestRequest, type TestServer } from '../../../testing.ts'

const ANN = { id: 'ann' }
const ACTIONS = ['insert-row', 'update-row', 'delete-row', 'create-table', 'alter-table', 'drop-table']

let server: TestServer
beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: 'create table items (id integer primary key, code text); insert into items values (1, null)',
    },
    config: {
      permissions: Object.fromEntries([...ACTIONS, 'execute-write-sql'].map((name) => [name, ANN])),
      databases: {
        shop: { queries: { add: { sql: "insert into items (code) values ('a')", write: true } } },
      },
    },
  })
})
afterAll(() => server.close())

/** What a writer answers that was killed while it committed. */
beforeEach(() => {
  const inDoubt = async () => fail({ reason: 'in-doubt' } as const)
  vi.spyOn(FileDatabase.prototype, 'write').mockImplementation(inDoubt)
  vi.spyOn(FileDatabase.prototype, 'run').mockImplementation(inDoubt)
})
afterEach(() => void vi.restoreAllMocks())

const entries = () =>
  server.store
    .withTables<{ tapedeck_audit: { event: string; table_name: string | null; details: string | null } }>()
    .selectFrom('tapedeck_audit')
    .select(['event', 'table_name', 'details'])
    .execute()

const lines = { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: '{"code": "a"}' }
const added = { 'column.0.name': 'id', 'column.0.type': 'integer', step: 'run' }

it.each<[string, TestRequest, string, string | null]>([
  ['items/-/insert', { json: { row: { code: 'a' } } }, 'insert-rows', 'items'],
  ['items/-/insert', lines, 'insert-rows', 'items'],
  ['items/-/upsert', { json: { row: { id: 1, code: 'a' } } }, 'upsert-rows', 'items'],
  ['items/1/-/update', { json: { update: { code: 'a' } } }, 'update-row', 'items'],
  ['items/1/-/delete', { json: {} }, 'delete-row', 'items'],
  ['-/create', { json: { table: 'new', columns: [{ name: 'id', type: 'integer' }] } }, 'create-table', 'new'],
  [
    'items/-/alter',
    { json: { operations: [{ op: 'add_column', args: { name: 'c' } }] } },
    'alter-table',
    'items',
  ],
  ['items/-/drop', { json: { confirm: true } }, 'drop-table', 'items'],
  ['-/execute-write', { json: { sql: "insert into items (code) values ('a')" } }, 'execute-write', null],
  ['add', { form: {} }, 'execute-write', null],
  ['items/-/insert-row', { form: { 'value.code': 'a' } }, 'insert-rows', 'items'],
  ['items/-/insert-rows', { form: { rows: 'code\na', step: 'insert' } }, 'insert-rows', 'items'],
  ['items/1/-/edit-row', { form: { 'value.code': 'a' } }, 'update-row', 'items'],
  ['items/1/-/delete-row', { form: { confirm: 'yes' } }, 'delete-row', 'items'],
  ['-/create-table', { form: { ...added, table: 'new' } }, 'create-table', 'new'],
])('%s whose end nobody knows is in the trail, as such', async (path, request, event, table) => {
  await server.store.withTables<{ tapedeck_audit: object }>().deleteFrom('tapedeck_audit').execute()
  const answer = await server.request(`/shop/${path}`, { actor: ANN, ...request })
  expect(answer.status).toBe(500)
  expect(await answer.text()).toContain('may or may not have been kept')
  const [entry, ...others] = await entries()
  expect([entry, others]).toMatchObject([{ event, table_name: table }, []])
  expect(JSON.parse(entry?.details ?? '')).toMatchObject({ outcome: 'unknown' })
})
