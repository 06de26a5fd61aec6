import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestServer, type TestServer } from '../testing.ts'
import { pageAt } from '../../test/support/page-at.ts'

const actor = { id: 'all' }
let server: TestServer

beforeAll(async () => {
  const rights = ['insert-row', 'update-row', 'delete-row', 'alter-table', 'drop-table', 'set-column-type']
  server = await createTestServer({
    databases: {
      shop: `
        create table notes (id integer primary key, body text);
        insert into notes values (1, 'one');
        create virtual table notes_fts using fts5(body, content="notes");
        create trigger notes_ai after insert on notes begin
          insert into notes_fts (rowid, body) values (new.id, new.body);
        end;
        create virtual table words using fts5(body);
        insert into words values ('two');
        create view shown as select * from notes;`,
    },
    config: { permissions: Object.fromEntries(rights.map((right) => [right, true])) },
  })
})
afterAll(() => server.close())

const page = (path: string) => pageAt(server, path, { actor })
const offered = async (path: string) =>
  [...(await page(path)).html.matchAll(/-\/((?:insert|edit|delete)-row|\w+-table|column-types)/g)].map(
    ([, name]) => name,
  )

describe('what is offered by hand', () => {
  it('is nothing for what a full-text index keeps for itself', async () => {
    expect(await offered('/shop/notes_fts_data')).toEqual([])
    expect(await offered('/shop/notes_fts_data/1')).toEqual([])
  })

  it('is only to drop the index itself', async () => {
    expect(await offered('/shop/notes_fts')).toEqual(['drop-table'])
    expect(await offered('/shop/notes')).toEqual(
      expect.arrayContaining(['insert-row', 'alter-table', 'drop-table', 'column-types', 'edit-row']),
    )
  })

  it('is what happens to rows where they stand in a full-text table alone', async () => {
    expect(new Set(await offered('/shop/words'))).toEqual(
      new Set(['insert-row', 'drop-table', 'column-types', 'edit-row', 'delete-row']),
    )
    expect((await page('/shop/words/-/alter-table')).status).toBe(400)
  })

  it.each([
    'notes_fts/-/insert-row',
    'notes_fts/-/insert-rows',
    'notes_fts/-/alter-table',
    'notes_fts/1/-/edit-row',
    'notes_fts_data/-/insert-row',
    'notes_fts_data/-/drop-table',
    'notes_fts_data/1/-/delete-row',
  ])('is closed at its address too: %s', async (path) => {
    const { status, html } = await page(`/shop/${path}`)
    expect(status).toBe(400)
    expect(html).toContain('cannot be changed by hand')
  })

  it('tells who drops the index what breaks with it', async () => {
    const { html } = await page('/shop/notes_fts/-/drop-table')
    expect(html).toMatch(/<a href="\/shop\/notes"><bdi>notes_ai<\/bdi><\/a> \(trigger of notes/)
    expect(html).not.toContain('full-text index)')
    expect((await page('/shop/notes/-/drop-table')).html).toContain('(full-text index)')
  })
})
