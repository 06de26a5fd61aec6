import { describe, expect, it } from 'vitest'
import { fail, ok } from '../../../result.ts'
import { parseCreateRequest } from './create-request.ts'

const column = { type: 'TEXT', notNull: false, defaultSql: null, references: null }
const text = (name: string) => ({ table: 't', columns: [{ name }] })

describe('parseCreateRequest', () => {
  it('reads columns', () => {
    const columns = [
      { name: 'a' },
      { name: 'b', type: 'float', not_null: true, default: "it's" },
      { name: 'c', type: 'integer', fk_table: 'other' },
      { name: 'd', default_expr: 'current_unixtime' },
      { name: 'e', type: 'blob', default: { $base64: true, encoded: '/w==' } },
    ]
    expect(parseCreateRequest({ table: 't', columns, pks: ['a', 'b'] })).toEqual(
      ok({
        table: 't',
        primaryKeys: ['a', 'b'],
        addsColumns: false,
        content: {
          kind: 'columns',
          columns: [
            { ...column, name: 'a' },
            { ...column, name: 'b', type: 'REAL', notNull: true, defaultSql: "'it''s'" },
            { ...column, name: 'c', type: 'INTEGER', references: { table: 'other', column: null } },
            { ...column, name: 'd', defaultSql: "(CAST(strftime('%s', 'now') AS INTEGER))" },
            { ...column, name: 'e', type: 'BLOB', defaultSql: "X'ff'" },
          ],
        },
      }),
    )
  })

  it('takes what is empty for what was not sent', () => {
    const sent = { table: 't', columns: [{ name: 'a', type: '' }], pk: '', pks: [] }
    expect(parseCreateRequest(sent)).toMatchObject({
      ok: true,
      value: { primaryKeys: [], content: { columns: [{ name: 'a', type: 'TEXT' }] } },
    })
  })

  it('reads rows and what becomes of conflicts', () => {
    expect(parseCreateRequest({ table: 't', row: { a: 'x' }, pk: 'a', replace: true, alter: true })).toEqual(
      ok({
        table: 't',
        primaryKeys: ['a'],
        addsColumns: true,
        content: { kind: 'rows', rows: [new Map([['a', 'x']])], onConflict: 'replace' },
      }),
    )
  })

  it.each([
    [[], 'JSON must be an object'],
    [{}, 'Table is required'],
    [{ table: '' }, 'Table is required'],
    [{ ...text('a'), table: 'SQLite_x' }, 'Invalid table name'],
    [{ ...text('a'), table: 'a\nb' }, 'Invalid table name'],
    [{ ...text('a'), table: 'a\0b' }, 'Invalid table name'],
    [{ ...text('a'), table: true }, 'Invalid table name'],
    [{ table: 't' }, 'columns, rows or row is required'],
    [{ table: 't', columns: [], rows: [] }, 'columns, rows or row is required'],
    [{ table: 't', rows: [{ a: null }], row: { a: null } }, 'Cannot specify both rows and row'],
    [{ ...text('a'), row: { a: null } }, 'Cannot specify columns with rows or row'],
    [{ table: 't', columns: { a: 'text' } }, 'columns must be a list'],
    [{ table: 't', columns: ['a'] }, 'columns must be a list of objects'],
    [{ table: 't', columns: [{ type: 'text' }] }, 'Column name is required'],
    [{ table: 't', columns: [{ name: 'a', type: 'varchar' }] }, 'Unsupported column type: varchar'],
    [{ table: 't', columns: [{ name: 'a', type: {} }] }, 'columns.0.type: Input should be a valid string'],
    [{ table: 't', columns: [{ name: 'a' }, { name: 'A' }] }, 'Duplicate column name: A'],
    [{ table: 't', columns: ['a', 'b', 'a', 'b'].map((name) => ({ name })) }, 'Duplicate column name: a, b'],
    [{ table: 't', columns: [{ name: 'a', zz: null }] }, 'columns.0.zz: Extra inputs are not permitted'],
    [{ table: 't', columns: [{ name: 'a', fk_column: 'x' }] }, 'columns.0: fk_column requires fk_table'],
    [
      { table: 't', columns: [{ name: 'a', fk_table: [] }] },
      'columns.0.fk_table: Input should be a valid string',
    ],
    [
      { table: 't', columns: [{ name: 'a', not_null: 'yes' }] },
      'columns.0.not_null: Input should be a valid boolean',
    ],
    [
      { table: 't', columns: [{ name: 'a', default: 'x', default_expr: 'current_date' }] },
      'columns.0: Value error, default and default_expr cannot both be provided',
    ],
    [{ table: 't', rows: { a: null } }, 'rows must be a list'],
    [{ table: 't', rows: ['a'] }, 'rows must be a list of objects'],
    [{ ...text('a'), pk: ['a'] }, 'pk must be a string'],
    [{ ...text('a'), pk: 'a', pks: ['a'] }, 'Cannot specify both pk and pks'],
    [{ ...text('a'), pks: 'a' }, 'pks must be a list'],
    [{ ...text('a'), pks: [true] }, 'pks must be a list of strings'],
    [{ ...text('a'), pk: 'a', ignore: true, replace: true }, 'ignore and replace are mutually exclusive'],
    [{ ...text('a'), pk: 'a', replace: true }, 'ignore and replace require row or rows'],
    [{ table: 't', row: { a: null }, ignore: true }, 'ignore and replace require pk or pks'],
    [{ ...text('a'), zz: null, yy: null }, 'Invalid keys: yy, zz'],
  ])('refuses %j', (body, message) => expect(parseCreateRequest(body)).toEqual(fail(message)))

  it('takes no SQL for a default', () => {
    const sent = { table: 't', columns: [{ name: 'a', default_expr: "(select 'x')" }] }
    expect(parseCreateRequest(sent)).toMatchObject({
      error: expect.stringMatching(
        /^columns\.0\.default_expr: Input should be 'current_timestamp'/,
      ) as string,
    })
  })
})
