import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import { CredentialStore, loginDirectory, type Credential } from './credentials.ts'

let base: string
let store: CredentialStore
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'tapedeck-logins-'))
  store = new CredentialStore(join(base, 'tapedeck', 'logins'), systemRandom)
})
afterEach(() => rmSync(base, { recursive: true }))

const credential = (server: string, savedAt = 1): Credential => ({
  server,
  token: `dstok_of_${server}`,
  expiresAt: 9,
  savedAt,
})
const ONE = credential('https://one.example')
const TWO = credential('https://one.example/two', 2)
const modeOf = (path: string) => statSync(path).mode & 0o777

describe('CredentialStore', () => {
  it('finds what it saved, each server for itself, and nothing else', () => {
    store.save(ONE)
    store.save(TWO)
    expect(store.find(ONE.server)).toEqual({ ok: true, value: ONE })
    expect(store.find(TWO.server)).toEqual({ ok: true, value: TWO })
    expect(store.find('https://three.example')).toEqual({ ok: true, value: null })
    expect(store.findLatest()).toEqual({ ok: true, value: TWO })
  })

  it('is readable by its owner alone, and leaves nothing beside', () => {
    store.save(ONE)
    store.save({ ...ONE, token: 'another' })
    expect(modeOf(store.directory)).toBe(0o700)
    expect(modeOf(store.fileOf(ONE.server))).toBe(0o600)
    expect(readdirSync(store.directory)).toHaveLength(1)
  })

  it('can be tried beforehand, which leaves nothing', () => {
    expect(store.prepare().ok).toBe(true)
    expect(readdirSync(store.directory)).toEqual([])
  })

  it('forgets one and keeps the others', () => {
    store.save(ONE)
    store.save(TWO)
    store.forget(TWO.server)
    store.forget(TWO.server)
    expect(store.find(TWO.server)).toEqual({ ok: true, value: null })
    expect(store.findLatest()).toEqual({ ok: true, value: ONE })
  })

  it('knows nobody before anything was saved, and makes no directory for that', () => {
    expect(store.findLatest()).toEqual({ ok: true, value: null })
    expect(existsSync(store.directory)).toBe(false)
  })

  it('does not use a file that others can read, and says how to close it', () => {
    store.save(ONE)
    chmodSync(store.fileOf(ONE.server), 0o640)
    for (const found of [store.find(ONE.server), store.findLatest()]) {
      expect(found).toMatchObject({ ok: false, error: { code: 'file' } })
      expect(!found.ok && found.error.message).toContain("chmod 600 '")
      expect(JSON.stringify(found)).not.toContain('dstok_')
    }
  })

  it.each(['', '{', '[]', '{"server": 1}', 'null'])(
    'says that the content %j cannot be understood',
    (content) => {
      store.save(ONE)
      writeFileSync(store.fileOf(ONE.server), content)
      expect(store.find(ONE.server)).toMatchObject({ ok: false, error: { code: 'file' } })
    },
  )

  it('says so when it cannot write', () => {
    writeFileSync(join(base, 'tapedeck'), 'a file where a directory should be')
    expect(store.save(ONE)).toMatchObject({ ok: false, error: { code: 'file' } })
    expect(store.prepare()).toMatchObject({ ok: false, error: { code: 'file' } })
  })
})

describe('loginDirectory', () => {
  it('is where the system keeps configuration', () => {
    expect(loginDirectory({ XDG_CONFIG_HOME: '/c', HOME: '/h' }, 'linux')).toBe('/c/tapedeck/logins')
    expect(loginDirectory({ XDG_CONFIG_HOME: '', HOME: '/h' }, 'darwin')).toBe('/h/.config/tapedeck/logins')
    expect(loginDirectory({ APPDATA: '/roaming', HOME: '/h' }, 'win32')).toBe('/roaming/tapedeck/logins')
  })
})
