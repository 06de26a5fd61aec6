import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createEmpty, findFileFaults, type FileOptions } from './check-file.ts'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'check-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const at = (...names: readonly string[]) => join(folder, ...names)
const reasons = (options: Partial<FileOptions>) =>
  findFileFaults({ files: [], immutables: [], create: false, ...options }).map(({ reason }) => reason)

describe('findFileFaults', () => {
  it('finds nothing wrong with databases, and leaves no trace beside them', () => {
    createEmpty(at('a.db'))
    createEmpty(at('b.db'))
    expect(reasons({ files: [at('a.db')], immutables: [at('b.db')] })).toEqual([])
    expect(readdirSync(folder)).toEqual(['a.db', 'b.db'])
  })

  it('tells what is wrong with each, in the order in which they were given', () => {
    writeFileSync(at('text.db'), 'not a database. '.repeat(100))
    createEmpty(at('a.db'))
    symlinkSync(at('a.db'), at('link.db'))
    const files = ['missing.db', 'text.db', '.', 'a.db'].map((name) => at(name))
    expect(reasons({ files, immutables: [at('link.db'), at('gone.db')] })).toEqual([
      'missing',
      'not-sqlite',
      'not-a-file',
      'duplicate',
      'missing',
    ])
  })

  it('lets files be missing that will be made, but makes none', () => {
    expect(reasons({ files: [at('new.db')], immutables: [at('fixed.db')], create: true })).toEqual([
      'missing',
    ])
    expect(readdirSync(folder)).toEqual([])
  })

  it('finds a missing file that is given twice or whose folder is missing', () => {
    symlinkSync(folder, at('link'))
    const files = [at('new.db'), at('link', 'new.db'), at('no', 'new.db')]
    expect(reasons({ files, create: true })).toEqual(['duplicate', 'unreadable'])
  })

  it('finds a file that another process keeps locked', () => {
    createEmpty(at('a.db'))
    const other = new DatabaseSync(at('a.db'))
    other.exec('BEGIN EXCLUSIVE')
    expect(reasons({ files: [at('a.db')] })).toEqual(['unreadable'])
    other.close()
    expect(reasons({ files: [at('a.db')] })).toEqual([])
  })
})
