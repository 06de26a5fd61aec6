import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

/** Stands in for the built program: says who it is, then does what its first argument says, or waits. */
const PROGRAM = `
  import { writeSync } from 'node:fs'
  const [task, ...rest] = process.argv.slice(2)
  const say = (word) => writeSync(1, word + '\\n')
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => { say(signal); process.exit(0) })
  process.once('disconnect', () => { say('disconnected'); process.exit(0) })
  say(process.pid + ' ' + rest.join(' '))
  if (task === 'exit') process.exit(Number(rest[0]))
  if (task === 'die') process.kill(process.pid, 'SIGABRT')
  setTimeout(() => process.exit(99), 20_000)
`

const TOO_NEW = '>=99.0.0'
const current = process.versions.node.split('.').map(Number)
const [major = 0, minor = 0, patch = 0] = current

let root: string
beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'tapedeck-launcher-')))
  mkdirSync(join(root, 'bin'))
  copyFileSync(new URL('../../bin/tapedeck.js', import.meta.url), join(root, 'bin', 'tapedeck.js'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** A checkout whose program wants this version of Node, with or without its own Node and a built program. */
function lay(engine: string, { hasNode = true, isBuilt = true } = {}): void {
  writeFileSync(join(root, 'package.json'), JSON.stringify({ type: 'module', engines: { node: engine } }))
  if (isBuilt) {
    mkdirSync(join(root, 'dist'))
    writeFileSync(join(root, 'dist', 'bin.js'), PROGRAM)
  }
  if (hasNode) {
    mkdirSync(join(root, 'node_modules', 'node', 'bin'), { recursive: true })
    writeFileSync(join(root, 'node_modules', 'node', 'package.json'), '{}')
    symlinkSync(process.execPath, join(root, 'node_modules', 'node', 'bin', 'node'))
  }
}

function launch(...argv: string[]) {
  const child = spawn(process.execPath, [join(root, 'bin', 'tapedeck.js'), ...argv], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text))
  const isRunning = once(child.stdout, 'data')
  // "close" comes when nobody holds the output any more: neither the launcher nor the program.
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, out, err }))
  return { child, isRunning, ended }
}

describe('bin/tapedeck.js', () => {
  it.each([
    ['the version that it runs under', `>=${current.join('.')}`],
    ['an older patch', `>=${major}.${minor}.${Math.max(0, patch - 1)}`],
    ['an older minor with a newer patch', `>=${major}.${Math.max(0, minor - 1)}.${patch + 9}`],
    ['an older major with a newer minor', `>=${major - 1}.${minor + 9}.0`],
  ])('runs the program in the same process when it wants %s', async (_what, engine) => {
    lay(engine)
    const { child, ended } = launch('exit', '7', 'b.db')
    expect(await ended).toEqual({ code: 7, signal: null, out: `${child.pid} 7 b.db\n`, err: '' })
  })

  it.each([
    ['a newer patch', `>=${major}.${minor}.${patch + 1}`],
    ['a newer minor', `>=${major}.${minor + 1}.0`],
    ['a newer major', `>=${major + 1}.0.0`],
  ])(
    'runs it under the installed Node when it wants %s, and passes on the exit code',
    async (_what, engine) => {
      lay(engine)
      const { child, ended } = launch('exit', '7', 'b.db')
      const { out, ...end } = await ended
      expect(end).toEqual({ code: 7, signal: null, err: '' })
      expect(out).toMatch(/^\d+ 7 b\.db\n$/)
      expect(out).not.toContain(`${child.pid} `)
    },
  )

  it.each(['SIGTERM', 'SIGINT'] as const)('passes on %s and waits for the program', async (signal) => {
    lay(TOO_NEW)
    const { child, isRunning, ended } = launch('serve')
    await isRunning
    child.kill(signal)
    const { out, ...end } = await ended
    expect(end).toEqual({ code: 0, signal: null, err: '' })
    expect(out).toMatch(new RegExp(`\\n${signal}\\n$`))
  })

  it.each(['SIGKILL', 'SIGHUP'] as const)('leaves no program behind when it ends by %s', async (signal) => {
    lay(TOO_NEW)
    const { child, isRunning, ended } = launch('serve')
    await isRunning
    child.kill(signal)
    const { out, ...end } = await ended
    expect(end).toEqual({ code: null, signal, err: '' })
    expect(out).toMatch(/\ndisconnected\n$/)
  })

  it('ends by the signal that ended the program', async () => {
    lay(TOO_NEW)
    expect(await launch('die').ended).toMatchObject({ code: null, signal: 'SIGABRT' })
  })

  it('says which Node it needs when there is none', async () => {
    lay(TOO_NEW, { hasNode: false })
    expect(await launch().ended).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: `Tapedeck needs Node 99 or newer (99.0.0); this is Node ${process.versions.node}.\n`,
    })
  })

  it('says that the program is not built', async () => {
    lay(TOO_NEW, { isBuilt: false })
    expect(await launch().ended).toEqual({
      code: 1,
      signal: null,
      out: '',
      err: 'Tapedeck is not built yet. Run "npm run build" first.\n',
    })
  })
})
