import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, expect, it, vi } from 'vitest'
import { formatFileRow } from './rows-file.ts'
import { runRows } from './run-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'run-rows-'))
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true })
})

it('counts the time limit for each thousand rows, though not without end, and tells of each', () => {
  const path = join(folder, 'rows')
  writeFileSync(path, formatFileRow({ line: 1, statement: 0, values: ['a'] }).repeat(3500))
  const handle = new DatabaseSync(':memory:')
  handle.exec('create table t (a)')
  const rows = { path, statements: ['insert into t values (?)'] }

  // Every look at the clock finds it 10 ms later, and it is looked at twice for a thousand rows.
  let now = 0
  vi.spyOn(performance, 'now').mockImplementation(() => (now += 10))
  const onProgress = vi.fn()
  expect(runRows(handle, rows, { may: null, timeLimitMs: 10 }, onProgress)).toBe(3500)
  expect(onProgress).toHaveBeenCalledTimes(3)
  expect(runRows(handle, rows, { may: null, timeLimitMs: 9 }, onProgress)).toMatchObject({
    kind: 'failed',
    reason: 'interrupted',
  })

  // Thirty time limits are 300 ms, and a thousand rows take 20.
  const many = { path: join(folder, 'many'), statements: rows.statements }
  writeFileSync(many.path, formatFileRow({ line: 1, statement: 0, values: ['a'] }).repeat(15_000))
  expect(runRows(handle, many, { may: null, timeLimitMs: 10 }, onProgress)).toBe(15_000)
  writeFileSync(many.path, formatFileRow({ line: 1, statement: 0, values: ['a'] }).repeat(16_000))
  expect(runRows(handle, many, { may: null, timeLimitMs: 10 }, onProgress)).toMatchObject({
    reason: 'interrupted',
  })
  handle.close()
})
