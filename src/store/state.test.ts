import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import { formatStateFault } from './state-fault.ts'
import { openState, stateDirectory, type StateInput } from './state.ts'

let directory: string
let shop: string
let team: string
let env: StateInput['env']
beforeEach(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-state-')))
  shop = join(directory, 'shop.db')
  team = join(directory, 'team.db')
  env = { XDG_STATE_HOME: join(directory, 'state') }
})
afterEach(() => rmSync(directory, { recursive: true }))

function open(further: Partial<StateInput> = {}) {
  return openState({
    databaseFiles: [shop],
    internalFile: null,
    secret: null,
    env,
    random: systemRandom,
    ...further,
  })
}

describe('openState', () => {
  it('finds the same state after a restart', () => {
    const first = open()
    expect(first).toEqual({
      ok: true,
      value: {
        location: stateDirectory([shop], env),
        internalPath: join(stateDirectory([shop], env), 'internal.db'),
        secret: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    })
    expect(open()).toEqual(first)
  })

  it('keeps servers of different databases apart', () => {
    const [one, other] = [open(), open({ databaseFiles: [team] })]
    expect(one.ok && other.ok && one.value.secret !== other.value.secret).toBe(true)
    expect(one.ok && other.ok && one.value.internalPath !== other.value.internalPath).toBe(true)
  })

  it('makes directories that only their owner can enter, whatever the umask', () => {
    const umask = process.umask(0)
    open()
    process.umask(umask)
    expect(statSync(stateDirectory([shop], env)).mode & 0o777).toBe(0o700)
    expect(statSync(join(directory, 'state')).mode & 0o777).toBe(0o700)
  })

  it('keeps no secret when one is given', () => {
    const state = open({ secret: 'given' })
    expect(state.ok && state.value.secret).toBe('given')
    expect(existsSync(join(stateDirectory([shop], env), 'internal.db.secret'))).toBe(false)
  })

  it('keeps the secret beside a chosen internal database, and uses no state directory', () => {
    const internalFile = join(directory, 'chosen.db')
    const first = open({ internalFile })
    expect(first.ok && first.value).toMatchObject({ location: internalFile, internalPath: internalFile })
    expect(open({ internalFile })).toEqual(first)
    expect(existsSync(`${internalFile}.secret`)).toBe(true)
    expect(existsSync(join(directory, 'state'))).toBe(false)
  })

  it('takes a relative internal database from the working directory', () => {
    const internalFile = relative(process.cwd(), join(directory, 'chosen.db'))
    const state = open({ internalFile })
    expect(state.ok && state.value.internalPath).toBe(join(directory, 'chosen.db'))
  })

  it('refuses to serve the internal database, by whichever path', () => {
    writeFileSync(shop, '')
    const link = join(directory, 'link.db')
    symlinkSync(shop, link)
    expect(open({ internalFile: link })).toEqual({
      ok: false,
      error: { reason: 'internal-is-served', path: link },
    })
    expect(open({ internalFile: team, databaseFiles: [join(directory, 'x', '..', 'team.db')] })).toEqual({
      ok: false,
      error: { reason: 'internal-is-served', path: team },
    })
  })

  it('refuses a state directory that others can enter', () => {
    open()
    const path = stateDirectory([shop], env)
    chmodSync(path, 0o750)
    expect(open()).toEqual({ ok: false, error: { reason: 'too-open', path, wantedMode: '700' } })
  })

  it('refuses a state directory that is a link to elsewhere', () => {
    const path = stateDirectory([shop], env)
    mkdirSync(dirname(path), { recursive: true })
    symlinkSync(directory, path)
    expect(open()).toEqual({ ok: false, error: { reason: 'too-open', path, wantedMode: '700' } })
  })

  it('says that the state directory cannot be made', () => {
    writeFileSync(join(directory, 'state'), 'in the way')
    expect(open()).toEqual({
      ok: false,
      error: { reason: 'cannot-create', path: stateDirectory([shop], env), code: 'ENOTDIR' },
    })
  })
})

describe('stateDirectory', () => {
  it('is named after the first database and told apart by a hash', () => {
    expect(stateDirectory([shop], env)).toMatch(/\/state\/tapedeck\/shop-[0-9a-f]{16}$/)
    expect(stateDirectory([team, shop], env)).toMatch(/\/state\/tapedeck\/shop-[0-9a-f]{16}$/)
    expect(stateDirectory([], env)).toMatch(/\/state\/tapedeck\/memory-[0-9a-f]{16}$/)
    expect(stateDirectory([join(directory, 'My Db/../v1 (ü).db')], env)).toMatch(/\/v1-+[0-9a-f]{16}$/)
  })

  it('is the same for the same files, whatever the order, the path and the links', () => {
    writeFileSync(shop, '')
    const link = join(directory, 'link.db')
    symlinkSync(shop, link)
    const expected = stateDirectory([shop, team], env)
    expect(stateDirectory([team, shop], env)).toBe(expected)
    expect(stateDirectory([relative(process.cwd(), shop), team], env)).toBe(expected)
    expect(stateDirectory([link, team], env)).toBe(expected)
    expect(stateDirectory([shop, shop, team], env)).toBe(expected)
  })

  it('is the same before and after a file is created', () => {
    const before = stateDirectory([shop], env)
    writeFileSync(shop, '')
    expect(stateDirectory([shop], env)).toBe(before)
  })

  it('is another one for another set of files', () => {
    const directories = [[], [shop], [team], [shop, team]].map((files) => stateDirectory(files, env))
    expect(new Set(directories).size).toBe(4)
  })

  it('lies under the home directory unless XDG_STATE_HOME is an absolute path', () => {
    expect(stateDirectory([], { HOME: '/home/ann' })).toMatch(/^\/home\/ann\/\.local\/state\/tapedeck\//)
    expect(stateDirectory([], { HOME: '/home/ann', XDG_STATE_HOME: 'relative' })).toMatch(
      /^\/home\/ann\/\.local\//,
    )
    expect(stateDirectory([], { HOME: '/home/ann', XDG_STATE_HOME: '' })).toMatch(/^\/home\/ann\/\.local\//)
    expect(stateDirectory([], {})).toBe(stateDirectory([], { HOME: homedir() }))
  })
})

describe('formatStateFault', () => {
  it('says what is wrong and what to do', () => {
    const path = '/srv/x'
    expect(formatStateFault({ reason: 'cannot-create', path, code: 'EACCES' })).toBe(
      '/srv/x cannot be created (EACCES); choose where state is kept with --internal FILE or XDG_STATE_HOME',
    )
    expect(formatStateFault({ reason: 'cannot-read', path, code: 'ELOOP' })).toBe(
      '/srv/x cannot be read (ELOOP)',
    )
    expect(formatStateFault({ reason: 'too-open', path, wantedMode: '600' })).toBe(
      '/srv/x is open to other users; run chmod 600 on it, and remove the secret in it if others may have read it',
    )
    expect(formatStateFault({ reason: 'not-ours', path })).toBe('/srv/x belongs to another user')
    expect(formatStateFault({ reason: 'not-a-secret', path })).toBe(
      '/srv/x does not hold a secret of 64 hex digits; remove it to get a new one, which signs everybody out',
    )
    expect(formatStateFault({ reason: 'internal-is-served', path })).toBe(
      '/srv/x is the internal database and must not be served as well',
    )
  })
})
