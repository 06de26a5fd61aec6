import { constants, DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { READABLE_PRAGMAS } from './read-only-sql.ts'
import { authorizeReader, authorizeWriter } from './statement-rules.ts'

const database = new DatabaseSync(':memory:')
database.exec(
  'create table t (id integer primary key, parent references t(id)); create index i on t (parent); insert into t values (1, 1)',
)
const everyPragma = database
  .prepare('pragma pragma_list')
  .all()
  .map(({ name }) => String(name))
const others = everyPragma.filter((name) => !READABLE_PRAGMAS.some((readable) => readable === name))
afterAll(() => database.close())

/** Whether a statement may be prepared under the rules of a reader. */
function mayRead(sql: string): boolean {
  database.setAuthorizer(authorizeReader)
  try {
    database.prepare(sql).all()
    return true
  } catch (error) {
    expect(String(error)).toMatch(
      /not authorized|access to .* is prohibited|no such table: pragma_|authorization denied/i,
    )
    return false
  } finally {
    database.setAuthorizer(null)
  }
}

describe('authorizeReader', () => {
  it.each(READABLE_PRAGMAS)('lets pragma_%s answer', (name) => {
    expect(mayRead(`select * from pragma_${name}`) || mayRead(`select * from pragma_${name}('t')`)).toBe(true)
  })

  it.each([
    'explain select * from t',
    'explain query plan select * from t where parent = 1',
    "select * from pragma_table_info('t')",
    'with recursive n(i) as (select 1 union all select i + 1 from n limit 3) select i from n',
    "select json_extract('[1]', '$[0]'), upper('a'), count(*) over () from t",
  ])('allows %s', (sql) => expect(mayRead(sql)).toBe(true))

  it('knows every pragma that this SQLite has', () => expect(others.length).toBeGreaterThan(30))

  it.each(others.filter((name) => name !== 'data_version'))('refuses the pragma %s in every form', (name) => {
    for (const sql of [
      `pragma ${name}`,
      `pragma ${name} = 1`,
      `pragma main.${name}`,
      `explain pragma ${name}`,
    ]) {
      expect(mayRead(sql), sql).toBe(false)
    }
    expect(mayRead(`select * from pragma_${name}`)).toBe(false)
  })

  it.each([
    'page_size',
    'max_page_count',
    'schema_version',
    'data_version',
    'function_list',
    'database_list',
  ])('refuses a new value for %s', (name) =>
    expect(authorizeReader(constants.SQLITE_PRAGMA, name, '5', 'main', null)).toBe(constants.SQLITE_DENY),
  )

  it.each([
    "attach ':memory:' as other",
    'detach main',
    'begin',
    'commit',
    'savepoint s',
    'create table u (a)',
    'create temp table u (a)',
    'create view v as select 1',
    'create trigger r after insert on t begin select 1; end',
    'create virtual table f using fts5(a)',
    'drop table t',
    'alter table t add column a',
    'reindex',
    'analyze',
    "select load_extension('evil.so')",
    "select LOAD_EXTENSION('evil.so', 'entry')",
    'with a as (select 1) select load_extension(1) from a',
    'explain create table u (a)',
    'select fts3_tokenizer(?)',
    "select hex(FTS3_Tokenizer('simple', ?))",
    'select a from (select "fts3_tokenizer"(?1, ?2) as a)',
  ])('refuses %s', (sql) => expect(mayRead(sql)).toBe(false))

  it('denies everything that SQLite may ask about and that is not reading', () => {
    const reading = new Set<number>([
      constants.SQLITE_SELECT,
      constants.SQLITE_READ,
      constants.SQLITE_FUNCTION,
      constants.SQLITE_RECURSIVE,
      constants.SQLITE_INSERT,
      constants.SQLITE_UPDATE,
      constants.SQLITE_DELETE,
    ])
    const highest = constants.SQLITE_RECURSIVE
    const allowed = Array.from({ length: highest + 10 }, (_, action) => action).filter(
      (action) => authorizeReader(action, 'x', 'y', 'main', null) === constants.SQLITE_OK,
    )
    expect(new Set(allowed)).toEqual(reading)
  })
})

describe('authorizeWriter', () => {
  // SQLITE_DIRECTONLY (sqlite.org/c3ref/c_deterministic.html): what could do harm if the file of a stranger called it.
  const direct = database
    .prepare('select distinct name from pragma_function_list where flags & 0x80000')
    .all()

  it.each(['FTS3_TOKENIZER', ...direct.map(({ name }) => String(name))])(
    'refuses the function %s',
    (name) => {
      expect(direct.length).toBeGreaterThan(1)
      for (const authorize of [authorizeReader, authorizeWriter]) {
        expect(authorize(constants.SQLITE_FUNCTION, null, name, null, null)).toBe(constants.SQLITE_DENY)
      }
    },
  )

  it.each([
    constants.SQLITE_ATTACH,
    constants.SQLITE_DETACH,
    constants.SQLITE_TRANSACTION,
    constants.SQLITE_SAVEPOINT,
    constants.SQLITE_CREATE_TEMP_TABLE,
    constants.SQLITE_CREATE_TEMP_VIEW,
    constants.SQLITE_CREATE_TEMP_TRIGGER,
    constants.SQLITE_CREATE_TEMP_INDEX,
  ])('refuses the action %s', (action) => {
    expect(authorizeWriter(action, 'x', 'y', 'main', null)).toBe(constants.SQLITE_DENY)
  })
})
