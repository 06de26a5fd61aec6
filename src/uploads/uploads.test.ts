import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import { Uploads } from './uploads.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'uploads-')), 'deep', 'folder')
})
afterEach(() => rmSync(join(folder, '..', '..'), { recursive: true }))

describe('Uploads', () => {
  it('keeps what is added in a file that only its owner can read, until it is removed', async () => {
    const uploads = new Uploads(folder, systemRandom)
    expect(existsSync(folder)).toBe(false)
    const upload = await uploads.begin('ann')
    if (upload === null) throw new Error('there was room')
    await upload.add('one\n')
    await upload.add('two'.repeat(200_000))
    await upload.flush()
    expect(readFileSync(upload.path, 'utf8')).toBe(`one\n${'two'.repeat(200_000)}`)
    expect([statSync(folder).mode & 0o777, statSync(upload.path).mode & 0o777]).toEqual([0o700, 0o600])
    await upload.remove()
    expect(readdirSync(folder)).toEqual([])
  })

  it('removes what ended servers left, and nothing of those that run', async () => {
    const upload = await new Uploads(folder, systemRandom).begin(null)
    await upload?.remove()
    const ended = spawnSync(process.execPath, ['-e', 'console.log(process.pid)']).stdout.toString().trim()
    const names = [`${ended}-ab12.rows`, `${process.pid}-ab12.rows`, `${process.ppid}-ab12.rows`, 'notes.txt']
    for (const name of names) writeFileSync(join(folder, name), 'x')
    const again = new Uploads(folder, systemRandom)
    expect(readdirSync(folder).sort()).toEqual([`${process.ppid}-ab12.rows`, 'notes.txt'].sort())
    const next = await again.begin(null)
    expect(next).not.toBeNull()
    await next?.remove()
  })
})
