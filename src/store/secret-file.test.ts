import {
  chmodSync,
  chownSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom, type Random } from '../random.ts'
import { keepSecret } from './secret-file.ts'

let directory: string
let path: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-secret-'))
  path = join(directory, 'internal.db.secret')
})
afterEach(() => rmSync(directory, { recursive: true }))

const SECRET = 'ab'.repeat(32)
const random: Random = { bytes: (byteCount) => new Uint8Array(byteCount).fill(0xab) }

describe('keepSecret', () => {
  it('makes a secret of 64 hex digits', () => {
    expect(keepSecret(path, random)).toEqual({ ok: true, value: SECRET })
    expect(readFileSync(path, 'utf8')).toBe(`${SECRET}\n`)
  })

  it('returns the same secret from then on', () => {
    const first = keepSecret(path, systemRandom)
    expect(keepSecret(path, systemRandom)).toEqual(first)
    expect(first.ok && first.value).toMatch(/^[0-9a-f]{64}$/)
  })

  it('leaves a file that only its owner can read, whatever the umask, and nothing else', () => {
    const umask = process.umask(0)
    keepSecret(path, systemRandom)
    process.umask(umask)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readdirSync(directory)).toEqual(['internal.db.secret'])
  })

  it.each([0o640, 0o604, 0o620, 0o601, 0o666])('refuses a file of mode %o', (mode) => {
    writeFileSync(path, SECRET)
    chmodSync(path, mode)
    expect(keepSecret(path, random)).toEqual({
      ok: false,
      error: { reason: 'too-open', path, wantedMode: '600' },
    })
    expect(statSync(path).mode & 0o777).toBe(mode)
  })

  it.runIf(process.geteuid?.() === 0)('refuses a file of another user', () => {
    writeFileSync(path, SECRET, { mode: 0o600 })
    chownSync(path, 12_345, 12_345)
    expect(keepSecret(path, random)).toEqual({ ok: false, error: { reason: 'not-ours', path } })
  })

  it('refuses a link, through which the secret of somebody else would become ours', () => {
    const other = join(directory, 'other')
    writeFileSync(other, SECRET, { mode: 0o600 })
    symlinkSync(other, path)
    expect(keepSecret(path, random)).toEqual({
      ok: false,
      error: { reason: 'cannot-read', path, code: 'ELOOP' },
    })
  })

  it.each(['', 'x', SECRET.slice(1), `${SECRET}${SECRET}`, SECRET.toUpperCase(), ` ${SECRET}`])(
    'refuses a file that holds %j',
    (content) => {
      writeFileSync(path, content, { mode: 0o600 })
      expect(keepSecret(path, random)).toEqual({ ok: false, error: { reason: 'not-a-secret', path } })
    },
  )

  it('says that the file cannot be made', () => {
    const impossible = join(directory, 'missing', 'secret')
    expect(keepSecret(impossible, random)).toEqual({
      ok: false,
      error: { reason: 'cannot-create', path: impossible, code: 'ENOENT' },
    })
  })
})
