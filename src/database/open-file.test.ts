import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, describe, expect, it } from 'vitest'
import { createEmpty } from './check-file.ts'
import { openForReader, openForServer, openForWriter } from './open-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'open-file-'))
const path = join(folder, 'shop.db')
createEmpty(path)
afterAll(() => rmSync(folder, { recursive: true }))

describe.each([
  ['readers', openForReader],
  ['writers', openForWriter],
  ['the server', openForServer],
])('the page cache of %s', (_who, open) => {
  const cacheSize = (cacheSizeKb: number) => {
    const handle = open({ path, immutable: false, cacheSizeKb })
    const [size] = Object.values(handle.prepare('PRAGMA cache_size').get() ?? {})
    handle.close()
    return Number(size)
  }

  it('is as large as cache_size_kb says, and SQLite’s own for 0', () => {
    expect(cacheSize(4096)).toBe(-4096)
    expect(cacheSize(0)).not.toBe(0)
    expect(cacheSize(0)).not.toBe(-4096)
  })
})

describe.each([
  ['a reader', openForReader],
  ['a writer', openForWriter],
  ['the server', openForServer],
])('the schema of a file that is opened by %s', (who, open) => {
  const hostile = join(folder, `${who}.db`)
  const stranger = new DatabaseSync(hostile)
  stranger.exec(`
    create table plain (name text, filled text default (fts3_tokenizer('simple')));
    insert into plain values ('simple', '');
    create view told as select fts3_tokenizer(name) as address from plain;
    create view taken as select fts3_tokenizer(name, zeroblob(8)) as address from plain;
    create trigger passed_on after update on plain begin select fts3_tokenizer(new.name); end;
  `)
  stranger.close()

  it.each([
    'select * from told',
    'select * from taken',
    'insert into plain (name) values (?)',
    'update plain set name = ?',
  ])('calls nothing that gives or takes addresses of code: %s', (sql) => {
    const handle = open({ path: hostile, immutable: false, cacheSizeKb: 0 })
    expect(() => handle.prepare(sql)).toThrow('unsafe use of fts3_tokenizer()')
    handle.close()
  })
})
