import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { systemRandom } from '../../../random.ts'
import { Uploads } from '../../../uploads/uploads.ts'
import { spoolRows } from './spool-rows.ts'

const folder = mkdtempSync(join(tmpdir(), 'spool-rows-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function spool(rowCount: number, maxRows: number) {
  async function* batches() {
    for (let line = 1; line <= rowCount; line += 1) yield [{ number: line, line, names: [], values: [] }]
  }
  const table = {
    name: 't',
    kind: 'table',
    hidden: false,
    columns: [],
    primaryKeys: [],
    foreignKeys: { outgoing: [], incoming: [] },
    ftsTable: null,
    sql: '',
  } as const
  const rules = {
    table,
    format: 'json-lines',
    addsColumns: false,
    required: [],
    checks: new Map(),
    maxRows,
  } as const
  const upload = new Uploads(folder, systemRandom).begin('somebody')
  try {
    return await spoolRows(batches(), rules, upload)
  } finally {
    await upload.remove()
  }
}

it('takes so many rows and refuses the next, however short they are', async () => {
  expect(await spool(3, 3)).toMatchObject({ rowCount: 3 })
  await expect(spool(4, 3)).rejects.toMatchObject({
    status: 400,
    message: 'Row 4 (line 4): too many rows, maximum allowed is 3',
  })
})
