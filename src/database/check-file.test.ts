import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
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

describe('files that cannot be written', () => {
  /** What is found there, for somebody who is not root. */
  const found = (): unknown => {
    const nobody = 65_534
    if (process.getuid?.() === 0)
      for (const name of ['', ...readdirSync(folder)]) chownSync(at(name), nobody, nobody)
    const program = `
      const { findFileFaults, mayChange } = await import(process.argv[1])
      if (process.getuid() === 0) process.setuid(${nobody})
      const path = process.argv[2]
      const faults = findFileFaults({ files: [path], immutables: [], create: false })
      console.log(JSON.stringify([mayChange(path), ...faults.map(({ message }) => message.replace(path, 'FILE'))]))`
    const source = new URL('./check-file.ts', import.meta.url).href
    const args = ['--input-type=module', '-e', program, source, at('a.db')]
    const { stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
    return stdout === '' ? stderr : JSON.parse(stdout)
  }

  it('are known by their own mode and that of their folder', () => {
    createEmpty(at('a.db'))
    expect(found()).toEqual([true])
    chmodSync(at('a.db'), 0o444)
    expect(found()).toEqual([false])
    chmodSync(at('a.db'), 0o644)
    chmodSync(folder, 0o555)
    expect(found()).toEqual([false])
    chmodSync(folder, 0o755)
  })

  it('say how they can be served where they need a write-ahead log', () => {
    createEmpty(at('a.db'))
    const handle = new DatabaseSync(at('a.db'))
    handle.exec('pragma journal_mode = wal')
    handle.close()
    chmodSync(folder, 0o555)
    expect(found()).toEqual([
      false,
      'FILE has a write-ahead log, which needs a folder that can be written to. If nobody changes the file, serve it with -i (--immutable)',
    ])
    chmodSync(folder, 0o755)
  })
})
