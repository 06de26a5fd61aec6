import * as fc from 'fast-check'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openDatabases, type Databases } from '../../database/open-databases.ts'
import { selectedColumns } from '../../database/row-key.ts'
import type { SqlValue } from '../../database/values.ts'
import { turnEnd } from '../../turn.ts'
import { requireTable } from '../exists.ts'
import type { Sort } from '../feature-deps.ts'
import { tableOrder } from './order.ts'
import { seekStatement } from './statements.ts'
import { readRows } from './read-rows.ts'
import { requireStart } from './request.ts'

const SCHEMA = `
  create table by_text (k text primary key, mark);
  create table by_integer (k integer primary key, mark);
  create table by_untyped (k primary key, mark);
  create table by_pair (a text, b real, mark, primary key (a, b));
  create table without_rowid (a text, b text, mark, primary key (b, a)) without rowid;
  create table by_rowid (a, mark);
  create table takes_rowid (rowid, mark);
  create table takes_all (rowid, oid, _rowid_, mark);
  create table indexed (a, mark);
  create index indexed_a on indexed (a);
  create view a_view as select * from by_text;
`

const folder = mkdtempSync(join(tmpdir(), 'tapedeck-paging-'))
const file = join(folder, 'data.db')
let databases: Databases
let writer: DatabaseSync

beforeAll(() => {
  writer = new DatabaseSync(file)
  writer.exec(SCHEMA)
  const opened = openDatabases({
    files: [file],
    immutables: [],
    memory: false,
    create: false,
    readers: 1,
    cacheSizeKb: 0,
    log: pino({ level: 'silent' }),
  })
  if (!opened.ok) throw new Error('the database did not open')
  databases = opened.value
})

afterAll(async () => {
  writer.close()
  await databases.close()
  rmSync(folder, { recursive: true })
})

/** Replaces the rows of a table; each row gets its number as `mark`. */
function fill(table: string, columns: string, rows: readonly (readonly SqlValue[])[]): void {
  writer.exec(`delete from ${table}`)
  const places = [...columns.split(', '), 'mark'].map(() => '?').join(', ')
  const insert = writer.prepare(`insert into ${table} (${columns}, mark) values (${places})`)
  for (const [mark, row] of rows.entries()) insert.run(...row, BigInt(mark))
}

/** Follows the pages of a table to the end and returns the marks of the rows as they came. */
async function walk(
  tableName: string,
  size: number,
  sort: Sort | null = null,
  sql: readonly string[] = [],
): Promise<readonly number[]> {
  const database = databases.list[0]
  if (database === undefined) throw new Error('there is no database')
  const table = requireTable(database, tableName)
  const order = tableOrder(table, sort, database.schema().columnIndexes(table.name))
  const limits = { timeLimitMs: 10_000, signal: new AbortController().signal, peer: '127.0.0.1' }

  const marks: number[] = []
  let token: string | null = ''
  while (token !== null) {
    // Through an address and back, as clients send it.
    const query = new URLSearchParams(new URLSearchParams({ _next: token }).toString())
    const conditions = sql.map((text) => ({ sql: () => `(${text})`, words: null }))
    const selection = {
      table,
      columns: selectedColumns(table),
      conditions,
      order,
      start: requireStart(query, order),
    }
    const request = { database, selection, limits, path: '', query: new URLSearchParams(), sort }
    const page = await readRows(request, size, { shape: 'arrays' })
    if (!page.ok) throw new Error(JSON.stringify(page.error))
    const { answer, next } = page.value
    const rows = JSON.parse(Buffer.from(answer.rows).toString()) as unknown[][]
    marks.push(...rows.map((row) => Number(row[answer.columns.indexOf('mark')])))
    if (marks.length > 200) throw new Error('the pages never end')
    token = next?.token ?? null
  }
  // Nothing of ours holds the file any more when it is filled again.
  await turnEnd()
  return marks
}

const text = fc.oneof(
  fc.string({ unit: fc.constantFrom('a', ',', '/', '~', '+', '.', '$', ' ', 'é', '日', '😀', '%', '1') }),
  fc.constantFrom('', '$null', '5', '5.0', '~2C'),
)
const integer = fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n)
const real = fc.double({ noNaN: true }).map((value) => value + 0)
const anything = fc.oneof(text, integer, real, fc.uint8Array({ maxLength: 3 }))
const size = fc.integer({ min: 1, max: 4 })
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { freq: 3, nil: null })

const inAnyOrder = (marks: readonly number[]) => marks.toSorted((a, b) => a - b)
const allMarks = (rows: readonly unknown[]) => rows.map((_row, mark) => mark)
const runs = { numRuns: 60 }

/** Two keys are the same when SQLite would call them so. */
const keyText = (key: readonly SqlValue[]) =>
  key
    .map((part) =>
      typeof part === 'string' ? `'${part}` : part instanceof Uint8Array ? `x${part.join()}` : Number(part),
    )
    .join('|')

describe('following the pages of a table', () => {
  it.each([
    ['text keys with every awkward character', 'by_text', 'k', fc.tuple(text)],
    ['integer keys of 64 bits', 'by_integer', 'k', fc.tuple(integer)],
    ['keys of any type in a column without one', 'by_untyped', 'k', fc.tuple(anything)],
    ['compound keys', 'by_pair', 'a, b', fc.tuple(text, real)],
    ['compound keys of a table without rowid', 'without_rowid', 'a, b', fc.tuple(text, text)],
  ] as const)('visits each row once for %s', async (_what, table, columns, key) => {
    const keys = fc.uniqueArray(key as fc.Arbitrary<readonly SqlValue[]>, {
      maxLength: 12,
      selector: keyText,
    })
    await fc.assert(
      fc.asyncProperty(keys, size, async (rows, size) => {
        fill(table, columns, rows)
        expect(inAnyOrder(await walk(table, size))).toEqual(allMarks(rows))
      }),
      runs,
    )
  })

  it('visits each row once where NULL makes keys repeat', async () => {
    const keys = fc.array(fc.tuple(fc.constantFrom(null, 'a'), fc.constant(null)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(keys, size, async (rows, size) => {
        fill('by_pair', 'a, b', rows)
        expect(inAnyOrder(await walk('by_pair', size))).toEqual(allMarks(rows))
      }),
      runs,
    )
  })

  it.each(['by_rowid', 'takes_rowid', 'takes_all'])(
    'visits each row of %s once, which has no key',
    async (table) => {
      const column = table === 'by_rowid' ? 'a' : 'rowid'
      const rows: SqlValue[][] = [['x'], ['x'], [null], [3n], ['x'], [null], ['y']]
      fill(table, column, rows)
      expect(await walk(table, 2)).toEqual(allMarks(rows))
    },
  )

  it('visits each row of a view once', async () => {
    fill('by_text', 'k', [['a'], ['b'], ['c'], ['d'], ['e']])
    expect(await walk('a_view', 2)).toEqual([0, 1, 2, 3, 4])
  })

  it('visits each row that meets the conditions once, and no other', async () => {
    const keys = fc.array(fc.tuple(fc.constantFrom(null, 'a', 'b'), fc.constant(null)), { maxLength: 12 })
    await fc.assert(
      fc.asyncProperty(keys, size, fc.boolean(), async (rows, size, descending) => {
        fill('by_pair', 'a, b', rows)
        const conditions = ["a = 'a' or a is null", 'mark > 2']
        const wanted = allMarks(rows).filter((mark) => rows[mark]?.[0] !== 'b' && mark > 2)
        const marks = await walk('by_pair', size, { column: 'a', descending }, conditions)
        expect(inAnyOrder(marks)).toEqual(wanted)
      }),
      runs,
    )
    fill('by_text', 'k', [['a'], ['b'], ['c'], ['d'], ['e']])
    expect(await walk('a_view', 2, null, ['mark <> 1'])).toEqual([0, 2, 3, 4])
  })

  it('visits each row once in any order', async () => {
    const rows = fc.uniqueArray(fc.tuple(maybe(text), maybe(fc.oneof(integer, real))), {
      maxLength: 12,
      selector: keyText,
    })
    const sort = fc.record({ column: fc.constantFrom('a', 'b'), descending: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(rows, size, sort, async (rows, size, sort) => {
        fill('by_pair', 'a, b', rows)
        const direction = sort.descending ? 'desc' : 'asc'
        const sorted = writer.prepare(
          `select mark from by_pair order by ${sort.column} ${direction}, a, b, rowid`,
        )
        expect(await walk('by_pair', size, sort)).toEqual(sorted.all().map((row) => Number(row['mark'])))
      }),
      runs,
    )
  })

  it('visits each row once down and up an index, NULLs among them', async () => {
    const rows = fc.array(fc.tuple(fc.constantFrom(null, 'a', 'b', 'c')), { maxLength: 14 })
    await fc.assert(
      fc.asyncProperty(rows, size, fc.boolean(), async (rows, size, descending) => {
        fill('indexed', 'a', rows)
        const direction = descending ? 'desc' : 'asc'
        const sorted = writer.prepare(`select mark from indexed order by a ${direction}, rowid ${direction}`)
        const marks = await walk('indexed', size, { column: 'a', descending })
        expect(marks).toEqual(sorted.all().map((row) => Number(row['mark'])))
      }),
      runs,
    )
  })
})

describe('the statement of a later page', () => {
  const plan = (sort: Sort, value: SqlValue) => {
    const database = databases.list[0]
    if (database === undefined) throw new Error('there is no database')
    const table = requireTable(database, 'indexed')
    const order = tableOrder(table, sort, database.schema().columnIndexes(table.name))
    const columns = selectedColumns(table)
    const start = { kind: 'after', values: [value, 5n] } as const
    const statement = seekStatement({ table, columns, conditions: [], order, start }, 10)
    if (statement === null) return null
    return writer
      .prepare(`explain query plan ${statement.sql}`)
      .all(statement.params)
      .map((step) => String(step['detail']))
      .join('; ')
  }

  it.each([
    [{ column: 'a', descending: true }, 'b'],
    [{ column: 'a', descending: false }, null],
  ])('goes straight to its place in the index: %j after %j', (sort, value) => {
    expect(plan(sort, value)).toMatch(/^SEARCH indexed USING INDEX indexed_a \(a[<=]/u)
  })

  it('needs no other way where the usual statement goes straight to it', () => {
    expect(plan({ column: 'a', descending: false }, 'b')).toBeNull()
    expect(plan({ column: 'a', descending: true }, null)).toBeNull()
  })
})
