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
    const upload = uploads.begin('ann')
    await upload.add('one\n')
    await upload.add('two'.repeat(200_000))
    await upload.flush()
    expect(readFileSync(upload.path, 'utf8')).toBe(`one\n${'two'.repeat(200_000)}`)
    expect([statSync(folder).mode & 0o777, statSync(upload.path).mode & 0o777]).toEqual([0o700, 0o600])
    await upload.remove()
    expect(readdirSync(folder)).toEqual([])
  })

  it('removes what ended servers left, and nothing of those that run', async () => {
    const upload = new Uploads(folder, systemRandom).begin('ann')
    await upload.flush()
    await upload.remove()
    const ended = spawnSync(process.execPath, ['-e', 'console.log(process.pid)']).stdout.toString().trim()
    const names = [`${ended}-ab12.rows`, `${process.pid}-ab12.rows`, `${process.ppid}-ab12.rows`, 'notes.txt']
    for (const name of names) writeFileSync(join(folder, name), 'x')
    const again = new Uploads(folder, systemRandom)
    expect(readdirSync(folder).sort()).toEqual([`${process.ppid}-ab12.rows`, 'notes.txt'].sort())
    const next = again.begin('ann')
    await next.flush()
    await next.remove()
  })

  it('gives places to those who have sent something, and no more than it has', async () => {
    const uploads = new Uploads(folder, systemRandom)
    const idle = Array.from({ length: 9 }, () => uploads.begin('ann'))
    for (const upload of idle) await upload.add('a little')
    const begun = ['ann', 'ann', 'ben', 'ben'].map((owner) => uploads.begin(owner))
    for (const upload of begun) await upload.add('x'.repeat(300_000))
    await expect(uploads.begin('cid').flush()).rejects.toMatchObject({ status: 503 })
    await begun[2]?.remove()
    await expect(idle[0]?.flush()).rejects.toMatchObject({ status: 503 })
    const next = uploads.begin('cid')
    await next.flush()
    for (const upload of [...idle, ...begun.filter((_, place) => place !== 2), next]) await upload.remove()
    expect(readdirSync(folder)).toEqual([])
  })
})
