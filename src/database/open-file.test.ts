import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
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
