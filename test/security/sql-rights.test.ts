import { DatabaseSync } from 'node:sqlite'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signToken } from '../../src/auth/token-format.ts'
import { createTestServer, type TestServer } from '../../src/testing.ts'

/**
 * Somebody may write SQL, may do anything to the table `open`, and nothing to the others: what is there stays there, and nothing of it
 * is told.
 */
let server: TestServer

const MALLORY = { id: 'mallory' }
const nobody = { allow: false }
const hers = { id: 'mallory' }

beforeAll(async () => {
  server = await createTestServer({
    databases: {
      shop: `
        CREATE TABLE open (id INTEGER PRIMARY KEY, note TEXT UNIQUE);
        CREATE TABLE secret (id INTEGER PRIMARY KEY, word TEXT UNIQUE, open_id INTEGER REFERENCES open ON DELETE CASCADE);
        CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT);
        CREATE TABLE watched (id INTEGER PRIMARY KEY, note TEXT);
        CREATE TABLE told (id INTEGER PRIMARY KEY, secret_id INTEGER REFERENCES secret ON DELETE SET NULL);
        CREATE TABLE blind (id INTEGER PRIMARY KEY, word TEXT);
        INSERT INTO blind VALUES (1, 'swordfish');
        CREATE TABLE pragma_table_info (name TEXT);
        CREATE TABLE "a ""quoted"" one" (word TEXT);
        CREATE TABLE used (id INTEGER PRIMARY KEY, note TEXT);
        CREATE VIEW boss_view AS SELECT note FROM used WHERE id > 1;
        CREATE TRIGGER onward AFTER INSERT ON used BEGIN INSERT INTO open (note) VALUES ('used'); END;
        CREATE TABLE boss_log (note TEXT);
        CREATE TRIGGER outward AFTER INSERT ON used BEGIN INSERT INTO boss_log VALUES (1); END;
        CREATE TRIGGER boss_trigger AFTER INSERT ON boss_log BEGIN INSERT INTO open (note) VALUES ('log'); END;
        CREATE VIEW peek AS SELECT word AS note FROM secret;
        CREATE VIEW door AS SELECT note FROM open;
        CREATE TRIGGER through INSTEAD OF INSERT ON door BEGIN INSERT INTO secret (word) VALUES (new.note); END;
        CREATE TRIGGER watching AFTER INSERT ON watched BEGIN DELETE FROM secret; END;
        CREATE VIRTUAL TABLE words USING fts5(word, content='secret', content_rowid='id');
        INSERT INTO open VALUES (1, 'hello');
        INSERT INTO secret VALUES (1, 'swordfish', 1);
        INSERT INTO numbered VALUES (7);
        INSERT INTO words (rowid, word) VALUES (1, 'swordfish');
      `,
    },
    config: {
      databases: {
        shop: {
          permissions: {
            'execute-write-sql': hers,
            'create-table': hers,
            'create-view': hers,
          },
          tables: Object.fromEntries([
            ...['open', 'door', 'watched', 'mine', 'told', 'used'].map((name) => [
              name,
              {
                permissions: {
                  'insert-row': hers,
                  'update-row': hers,
                  'delete-row': hers,
                  'alter-table': hers,
                  'drop-table': hers,
                  'drop-view': hers,
                },
              },
            ]),
            ['secret', nobody],
            ['a "quoted" one', nobody],
            ['boss_view', nobody],
            [
              'boss_log',
              { ...nobody, permissions: { 'insert-row': hers, 'update-row': hers, 'delete-row': hers } },
            ],
            ['blind', { ...nobody, permissions: { 'alter-table': hers } }],
          ]),
        },
      },
    },
  })
})

afterAll(() => server.close())

/** Everything in the file, as SQLite dumps it. */
function content(): unknown {
  const handle = new DatabaseSync(server.files['shop'] ?? '', { readOnly: true })
  try {
    return ['sqlite_schema', 'open', 'secret', 'numbered', 'watched', 'sqlite_sequence'].map((table) =>
      handle.prepare(`select * from ${table}`).all(),
    )
  } finally {
    handle.close()
  }
}

const run = (sql: string, rest: object = {}) =>
  server.request('/shop/-/execute-write', { json: { sql }, actor: MALLORY, ...rest })

describe('SQL of somebody who may not touch a table', () => {
  it.each([
    'delete from secret',
    "update secret set word = 'x'",
    "insert into secret (word) values ('x')",
    "replace into secret (id, word) values (1, 'x')",
    "insert into secret (id, word) values (1, 'x') on conflict do update set word = 'x'",
    'with doomed as (select 1) delete from secret where id in (select * from doomed)',
    'DELETE FROM "SeCrEt"',
    'delete from main.secret',
    'delete from secret returning word',
    // The rows of others go with these.
    'delete from open',
    'replace into open (id) values (1)',
    'update or replace open set id = 1',
    // Triggers and the views in front of them.
    "insert into door values ('x')",
    "insert into watched values (1, 'x')",
    // Reading into what may be written, or into an answer.
    'insert into open (note) select word from secret',
    'update open set note = (select word from secret)',
    'update open set note = s.word from secret as s',
    "insert into open (note) values ('a') returning (select word from secret)",
    'insert into open (note) select note from peek',
    'with peek as (select word from secret) insert into open (note) select word from peek',
    'with door as (select word from secret) insert into open (note) select word from door',
    'insert into open (note) select count(*) from secret',
    'update open set note = 1 where exists (select 1 from secret where word like :w)',
    'insert into open (note) select word from words',
    "insert into open (note) select word from words where words match 'sword*'",
    'insert into open (note) select hex(block) from words_data',
    'create table mine as select * from secret',
    'create table mine as select * from peek',
    'create view mine as select * from secret',
    'create view mine as select * from peek',
    'create view mine as select * from words',
    'create view mine as select * from sqlite_schema',
    'create view mine as select (select word from secret) from open',
    // A foreign key tells which values are there, or keeps others from deleting.
    'create table mine (word text references secret (word))',
    'alter table open add column word text references secret (word)',
    'create table mine (note text references watched (note))',
    // A new name takes a table out of its rules.
    'alter table secret rename to mine',
    'alter table secret rename to anything',
    'alter table open rename to elsewhere',
    'alter table secret add column x',
    'alter table secret drop column word',
    'alter table secret rename column word to x',
    'drop table secret',
    'drop table open',
    'drop view peek',
    'create index i on secret (word)',
    'drop table words',
    'alter table blind add column more int',
    "alter table blind add column more int check (not (id = 1 and word like 's%'))",
    // Names in another case, of which no column is read.
    'insert into open (note) select count(*) from SECRET returning note',
    'insert into open (note) select 1 where exists (select 1 from main.Secret)',
    "insert into open (note) select count(*) from WORDS('sword*')",
    'create table mine as select 1 as c where exists (select 1 from "Secret")',
    'create table mine (word text references SECRET (word))',
    'alter table open add column word text references "Secret" (word) on update cascade',
    'create view mine as select count(*) as n from SECRET',
    // A view of which no column is read is told only as the source of what it reads.
    'insert into open (note) select count(*) from boss_view',
    'insert into open (note) select 1 from Boss_View',
    'create table mine as select 1 as c from boss_view',
    // One foreign key more to what it refers to already, and one that could not work.
    'alter table told add column more text references secret (word)',
    'alter table told add column more text references SECRET (word)',
    'alter table told add column more text references open (id, note)',
    // Rows that come with a table are rows inserted there.
    'create table payroll as select 1 as n',
    'create table payroll as values (1)',
    'create table pragma_table_list as select name from pragma_table_list',
    'create table pragma_table_list as select 1 from pragma_table_list',
    // What SQLite keeps for itself.
    'insert into open (note) select sql from sqlite_schema',
    'insert into open (note) select sql from sqlite_master',
    'insert into open (note) select count(*) from main.sqlite_schema',
    'create table mine as select sql from sqlite_schema',
    'create table mine as select count(*) from sqlite_schema',
    'insert into open (note) select name from pragma_table_list',
    "insert into open (note) select name from pragma_table_info('secret')",
    "insert into open (note) select name from temp.pragma_table_info('secret')",
    "insert into open (note) select count(*) from temp.pragma_table_info('secret')",
    'create view mine as select name from temp.pragma_table_list',
    'delete from sqlite_sequence',
    'update sqlite_sequence set seq = 0',
    'delete from sqlite_schema',
    "update sqlite_schema set sql = 'x'",
    'pragma writable_schema = on',
    'pragma writable_schema',
    'pragma foreign_keys = off',
    'pragma table_info(secret)',
    "insert into words (words) values ('delete-all')",
    "insert into words (word) values ('x')",
    'delete from words_data',
    "update words_config set v = 'x'",
    // Other files, other statements, other settings.
    "attach 'other.db' as other",
    'detach main',
    'vacuum',
    "vacuum into '/tmp/copy.db'",
    '/* quietly */ ; vacuum',
    'begin',
    'commit',
    'rollback',
    'savepoint a',
    'analyze',
    'reindex',
    'create temp table open (id)',
    'create temp view open as select 1',
    'create temp trigger t after insert on main.open begin delete from secret; end',
    'create trigger t after insert on open begin delete from secret; end',
    'drop trigger watching',
    'create virtual table mine using fts5(a)',
    'insert into open (note) values (1); delete from secret',
    "insert into open (note) values (load_extension('x'))",
    'insert into open (note) values (:_actor_id)',
    'explain delete from secret',
    'select word from secret',
    'values (1)',
    '',
    '--',
    'delete from open where id = 2\0; delete from secret',
  ])('changes nothing and tells nothing: %s', async (sql) => {
    const before = content()
    const response = await run(sql)
    const text = await response.text()
    expect([400, 403]).toContain(response.status)
    expect(text).not.toContain('swordfish')
    expect(content()).toEqual(before)

    const query = `sql=${encodeURIComponent(sql)}`
    for (const path of [`/shop/-/execute-write/analyze?${query}`, `/shop/-/execute-write?${query}`]) {
      const told = await (await server.request(path, { actor: MALLORY })).text()
      expect(told).not.toContain('swordfish')
      if (!/secret/iu.test(sql)) expect([path, told.includes('secret')]).toEqual([path, false])
    }
    if (!/secret/iu.test(sql)) expect(text).not.toContain('secret')
    expect(content()).toEqual(before)
  })

  it.each([
    "insert into open (note) values ('x') returning id",
    "update open set note = 'x' where id = 2",
    'delete from open where id = 2 and 0 returning *',
    'create table made (id integer primary key, open_id references open (id))',
    'create view seen as select * from open',
    'alter table open add column more text',
    'create index by_note on open (note)',
    'create table keyed (name text primary key, other text unique check (other > name))',
    'create table counted (id integer primary key autoincrement)',
    'alter table told add column other integer references OPEN',
    'create table mine as select * from OPEN',
    "with new as (select 'a' as note) insert into open (note) select note from new",
    "insert into open (note) select value from json_each('[1, 2]')",
  ])('does what she may: %s', async (sql) => {
    const response = await run(sql)
    // Deleting from `open` would delete from `secret` as well, whatever the condition.
    expect([sql, response.status]).toEqual([sql, sql.startsWith('delete') ? 403 : 200])
  })

  it.each([
    ['insert into open (note) select nosuch from secret', 'insert into open (note) select word from secret'],
    ['delete from secret where nosuch = 1', 'delete from secret where word = 1'],
    ['insert into numbered select nosuch from Secret', 'insert into numbered select id from Secret'],
    ['insert into secret values (1, 2)', 'insert into secret values (1, 2, 3)'],
    ['select nosuch from secret', 'select word from secret'],
    ['create table a (b references secret (nosuch))', 'create table a (b references secret (word))'],
    ['create index i on secret (nosuch)', 'create index i on secret (word)'],
    ["delete from 'secret' where nosuch = 1", "delete from 'secret' where word = 1"],
    [
      "insert into open (note) select nosuch from 'Secret'",
      "insert into open (note) select word from 'Secret'",
    ],
    ['delete from "a ""quoted"" one" where nosuch = 1', 'delete from "a ""quoted"" one" where word = 1'],
    ['alter table secret drop column nosuch', 'alter table secret drop column word'],
  ])('does not tell columns of what she may not see: %s', async (wrong, right) => {
    const told = async (sql: string) => {
      const analysis = await server.request(`/shop/-/execute-write/analyze?sql=${encodeURIComponent(sql)}`, {
        actor: MALLORY,
      })
      const ran = await run(sql)
      return [ran.status, await ran.text(), await analysis.text()]
    }
    expect(await told(wrong)).toEqual(await told(right))
    expect((await run(wrong)).status).toBe(403)
  })

  it.each([
    'delete from open /* secret */',
    'delete from open -- secret',
    "delete from open where note <> 'secret'",
    'delete from open where id = :secret',
  ])('does not tell more when a name is no part of what it does: %s', async (sql) => {
    const text = await (
      await run(sql, { json: { sql, params: sql.includes(':') ? { secret: 1 } : {} } })
    ).text()
    expect(text).toContain('a table that you may not see')
    expect(text).not.toContain('shop/secret')
  })

  it('does not name what keeps a table from being changed, or the triggers of others', async () => {
    const dropped = await (await run('alter table used drop column note')).text()
    expect(dropped).toContain('Something that you may not see does not allow this')
    expect(dropped).not.toContain('boss')
    const path = `/shop/-/execute-write/analyze?sql=${encodeURIComponent("insert into used (note) values ('a')")}`
    const analysis = await (await server.request(path, { actor: MALLORY })).json()
    expect(JSON.stringify(analysis)).not.toContain('boss')
    expect(analysis).toMatchObject({
      analysis_rows: [
        { operation: 'insert', table: 'used', source: null },
        { operation: 'insert', table: 'open', source: null },
        { operation: 'insert', table: 'open', source: 'onward' },
      ],
    })
  })

  it('asks a token for each right', async () => {
    const token = (actions: readonly string[]) =>
      signToken(server.signer, {
        a: 'mallory',
        t: server.now(),
        _r: { d: { shop: ['vd', 'ews'] }, r: { shop: { open: actions } } },
      })
    const insert = "insert into open (note) values ('from a token')"
    for (const actions of [[], ['ir'], ['ir', 'ur'], ['ur', 'dr'], ['ir', 'dr']]) {
      const response = await run(insert, { actor: undefined, token: token(actions) })
      expect([actions, response.status]).toEqual([actions, 403])
      expect(response.headers.get('www-authenticate')).toContain('insert-row:shop/open')
    }
    expect((await run(insert, { actor: undefined, token: token(['ir', 'ur', 'dr']) })).status).toBe(200)
    const reading = "update open set note = note || 'x'"
    expect((await run(reading, { actor: undefined, token: token(['ir', 'ur', 'dr']) })).status).toBe(403)
    expect((await run(reading, { actor: undefined, token: token(['ir', 'ur', 'dr', 'vt']) })).status).toBe(
      200,
    )
  })

  it('is for those with the right to write SQL alone', async () => {
    for (const request of [{ json: { sql: 'delete from open' } }, { form: { sql: 'delete from open' } }]) {
      const response = await server.request('/shop/-/execute-write', { ...request, actor: { id: 'bob' } })
      expect(response.status).toBe(403)
      expect(await response.json()).toMatchObject({ error: 'Permission denied: need execute-write-sql' })
    }
  })
})
