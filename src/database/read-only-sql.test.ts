import { describe, expect, it } from 'vitest'
import { fail, ok } from '../result.ts'
import { checkReadOnlySql } from './read-only-sql.ts'

const NOT_A_SELECT = fail('Statement must be a SELECT')

describe('checkReadOnlySql', () => {
  it.each([
    'select 1',
    'SELECT\n1',
    'select(1)',
    'with a as (select 1) select * from a',
    'explain select 1',
    'explain query plan select 1',
    'EXPLAIN  QUERY\tPLAN WITH a AS (select 1) select * from a',
    '-- a comment\nselect 1',
    '/* one */ /* two */ select 1',
    'explain -- why\n select 1',
    'select * from pragma_table_info("t")',
    'select * from PRAGMA_TABLE_LIST()',
    '-- pragma in a comment\nselect 1',
    '/* a comment that hides /* nothing */ select 1',
    '--\n--\n\tselect 1',
    '\uFEFFselect 1',
    'select 1 /* not closed',
    "explain query plan select * from t where a = 'x'",
    'select * from pragma_page_count, pragma_max_page_count',
  ])('accepts %j', (sql) => expect(checkReadOnlySql(sql)).toEqual(ok(null)))

  it.each([
    '',
    '-- select 1',
    'insert into t values (1)',
    'delete from t',
    'pragma table_info(t)',
    'attach database "x" as y',
    'vacuum into "copy.db"',
    'explain delete from t',
    'explain query plan delete from t',
    'explain query select 1',
    'selection',
    '; select 1',
    'values (1)',
    '/* select 1 */ drop table t',
    "'select' 1",
    '"select" 1',
    '(select 1)',
    'explain explain select 1',
    'explain',
    'explain query plan',
    'explain pragma table_info(t)',
    'explain analyze select 1',
    '/* */ attach "x" as y',
    '--\nbegin',
    'replace into t values (1)',
    'reindex t',
  ])('refuses %j', (sql) => expect(checkReadOnlySql(sql)).toEqual(NOT_A_SELECT))

  it.each([
    'select * from pragma_user_version',
    'select * from pragma_writable_schema',
    "select 'pragma'",
    'select * from "pragma_user_version"',
    'select * from [pragma_cache_size]',
    'select * from Pragma_Journal_Mode',
    'with pragma as (select 1) select * from pragma',
    'explain select * from pragma_compile_options',
    'select 1; pragma user_version = 5',
  ])('refuses the pragma in %j', (sql) => {
    expect(checkReadOnlySql(sql)).toEqual(
      fail(
        'Statement contained a disallowed PRAGMA. Allowed pragma functions are pragma_database_list(), ' +
          'pragma_foreign_key_list(), pragma_function_list(), pragma_index_info(), pragma_index_list(), ' +
          'pragma_index_xinfo(), pragma_page_count(), pragma_max_page_count(), pragma_page_size(), ' +
          'pragma_schema_version(), pragma_table_info(), pragma_table_xinfo(), pragma_table_list()',
      ),
    )
  })
})
