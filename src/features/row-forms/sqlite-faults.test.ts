import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { SchemaReader } from '../../database/introspect.ts'
import { sqliteFaults } from './sqlite-faults.ts'

const database = new DatabaseSync(':memory:')
database.exec(`
  create table "a.b, c" (
    id integer primary key, name text not null, "b, c" text, qty integer,
    unique (name, qty), constraint "few (or none)" check (qty < 10), check ("b, c" <> 'x')
  );
  create table strictly (id integer primary key, qty integer) strict;
  create trigger no_zero before insert on "a.b, c" when new.qty = 0 begin select raise(abort, 'zero is not sold'); end;
  insert into "a.b, c" values (1, 'bolt', null, 5);
`)
afterAll(() => database.close())

const faultsOf = (table: string, sql: string) => {
  const found = new SchemaReader(database, true).current().table(table)
  if (found === null) throw new Error('no such table')
  try {
    database.exec(sql)
  } catch (error) {
    const { fields, form } = sqliteFaults(error instanceof Error ? error.message : '', found)
    return { fields: [...fields.keys()], form }
  }
  throw new Error('SQLite did not refuse it')
}

describe('sqliteFaults', () => {
  it.each([
    ['a key that is there', `insert into "a.b, c" values (1, 'nut', null, 1)`, ['id']],
    ['values that are there together', `insert into "a.b, c" values (2, 'bolt', null, 5)`, ['name', 'qty']],
    ['NULL where it cannot be', `insert into "a.b, c" values (2, null, null, 1)`, ['name']],
    ['a rule with a name', `insert into "a.b, c" values (2, 'nut', null, 11)`, ['qty']],
  ])('finds the fields of %s', (_what, sql, columns) => {
    expect(faultsOf('a.b, c', sql)).toEqual({ fields: columns, form: null })
  })

  it('finds the field of a value of the wrong kind', () => {
    expect(faultsOf('strictly', "insert into strictly values (1, 'many')")).toEqual({
      fields: ['qty'],
      form: null,
    })
  })

  it('says what has no field above the form', () => {
    expect(faultsOf('a.b, c', `insert into "a.b, c" values (2, 'nut', null, 0)`)).toEqual({
      fields: [],
      form: 'The database refused this, and nothing was changed: zero is not sold.',
    })
  })
})
