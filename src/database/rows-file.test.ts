import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { formatFileRow, readFileRows, type FileRow } from './rows-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'rows-file-'))
afterAll(() => rmSync(folder, { recursive: true }))

function written(rows: readonly FileRow[]): readonly FileRow[] {
  const path = join(folder, 'rows')
  writeFileSync(path, rows.map(formatFileRow).join(''))
  return [...readFileRows(path)]
}

describe('readFileRows', () => {
  it('reads what formatFileRow wrote, whatever the values are', () => {
    const value = fc.oneof(
      fc.constant(null),
      fc.string({ unit: 'binary' }),
      // SQLite keeps no sign of zero.
      fc.double().filter((number) => !Object.is(number, -0)),
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.uint8Array(),
    )
    const row = fc.record({ line: fc.nat(), statement: fc.nat(), values: fc.array(value) })
    fc.assert(
      fc.property(fc.array(row), (rows) => {
        expect(written(rows)).toEqual(rows)
      }),
    )
  })

  it('reads rows that are longer than what is read at once, and characters that are cut in two', () => {
    const rows = [1, 2, 3].map((line) => ({ line, statement: 0, values: [`${line}${'é'.repeat(400_001)}`] }))
    expect(written(rows)).toEqual(rows)
  })
})
