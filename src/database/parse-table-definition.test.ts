import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it } from 'vitest'
import { parseTableDefinition } from './parse-table-definition.ts'
import { formatTableDefinition } from './table-definition.ts'

/** What SQLite makes of a CREATE TABLE statement of a table `t`. */
function facts(sql: string) {
  const handle = new DatabaseSync(':memory:')
  handle.exec('create table other (id integer primary key, a, b, unique (a, b))')
  handle.exec(sql)
  const all = (pragma: string) => handle.prepare(`select * from pragma_${pragma}('t')`).all()
  const unnamed = all('index_list').map(({ unique, origin, partial }) => ({ unique, origin, partial }))
  const result = [all('table_xinfo'), unnamed, all('foreign_key_list')]
  handle.close()
  return result
}

describe('parseTableDefinition', () => {
  it.each([
    ['plain columns', 'CREATE TABLE t (id integer primary key, name text not null, price real)'],
    ['columns without types', 'CREATE TABLE t(a,b,c)'],
    [
      'types of several words and brackets',
      'CREATE TABLE t (a unsigned big int, b decimal(10, 5), c double precision, d varchar(20) unique)',
    ],
    ['all ways to quote', 'CREATE TABLE "t" ("a ""b""" text, [c d] int, `e``f` real, \'g\'\'h\' blob)'],
    [
      'numbers as defaults',
      "CREATE TABLE t (a default 0, b default -1.5, c default +.5e-3, d default 0x1F, e default x'ab', f default 1e5 not null)",
    ],
    [
      'expressions as defaults',
      "CREATE TABLE t (a default (1 + (2 * 3)), b default current_timestamp, c default 'it''s', d default null, e default true)",
    ],
    ['counting up', 'CREATE TABLE t (id integer primary key autoincrement, b)'],
    ['a key that counts down', 'CREATE TABLE t (id integer primary key desc on conflict replace, b)'],
    ['rules for conflicts', 'CREATE TABLE t (a not null on conflict ignore unique on conflict replace, b)'],
    [
      'checks and collations',
      "CREATE TABLE t (a text collate nocase check (a in ('x,y', ')')) check (length(a) > 0), check (a <> 'b'))",
    ],
    [
      'generated columns',
      'CREATE TABLE t (a int, b int generated always as (a * 2) stored, c as (a || 1) virtual, d text as (a))',
    ],
    [
      'foreign keys with actions',
      'CREATE TABLE t (a references other on delete set null on update cascade deferrable initially deferred, b references other(id) not deferrable not null, c references other match full)',
    ],
    [
      'named constraints',
      'CREATE TABLE t (a int constraint "not ""null""" not null constraint u unique, constraint pk primary key (a))',
    ],
    [
      'constraints of the table',
      'CREATE TABLE t (a, b, c, primary key (a, b), unique (b collate nocase, c desc), foreign key (a, b) references other(a, b) on delete no action)',
    ],
    ['constraints without commas', 'CREATE TABLE t (a, b, unique (a) unique (b) check (a > 0))'],
    ['options', 'CREATE TABLE t (a int primary key, b any) strict, without rowid'],
    [
      'comments',
      'CREATE TABLE t ( -- the first, with a comma\n a /* , */ int default /* zero */ 0, -- last )\n b text\n)',
    ],
    ['words that are names', 'CREATE TABLE t (key text, action int, "primary" text, after text)'],
    ['letters of the world', 'CREATE TABLE t (größe real, 名 text)'],
  ])('keeps %s', (_what, sql) => {
    const definition = parseTableDefinition(sql)
    if (definition === null) throw new Error('not read')
    const written = formatTableDefinition('t', definition)
    expect(facts(written)).toEqual(facts(sql))
    const again = parseTableDefinition(written)
    expect(again === null ? null : formatTableDefinition('t', again)).toBe(written)
  })

  it('writes as Datasette does', () => {
    const sql =
      'CREATE TABLE t (id integer primary key, n INTEGER DEFAULT 5 not null, a TEXT REFERENCES "other"("id"), b, PRIMARY KEY ("a", "b"))'
    const definition = parseTableDefinition(sql.replace('integer primary key', 'integer'))
    expect(definition === null ? null : formatTableDefinition('t', definition)).toBe(
      'CREATE TABLE "t" (\n   "id" integer,\n   "n" INTEGER NOT NULL DEFAULT 5,\n   "a" TEXT REFERENCES "other"("id"),\n   "b",\n   PRIMARY KEY ("a", "b")\n)',
    )
  })

  it('tells the columns of a constraint, and none where it has expressions', () => {
    const definition = parseTableDefinition(
      'CREATE TABLE t (a, b, unique ("a", b), foreign key (a) references o(id), check (a > b))',
    )
    expect(definition?.constraints.map(({ kind, columns }) => [kind, columns])).toEqual([
      ['unique', ['a', 'b']],
      ['foreign key', ['a']],
      ['check', []],
    ])
  })

  it.each([
    'CREATE VIRTUAL TABLE t USING fts5(a, b)',
    'CREATE VIEW t AS SELECT 1',
    'CREATE TABLE t (a constraint alone)',
    'CREATE TABLE t (a, b) unheard of',
    'CREATE TABLE t (a check (b',
    '',
  ])('gives up on %s', (sql) => expect(parseTableDefinition(sql)).toBeNull())
})
