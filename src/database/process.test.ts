import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { formatMessage, SqlChild } from './child.ts'

const folder = mkdtempSync(join(tmpdir(), 'process-'))
afterAll(() => rmSync(folder, { recursive: true }))

const file = { path: ':memory:', immutable: false, cacheSizeKb: 0 }
const STUCK = 'with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n'
const message = (sql: string) =>
  ({
    kind: 'read',
    file,
    sql,
    params: {},
    maxRows: 1,
    maxBytes: 1000,
    timeLimitMs: 60_000,
    shape: 'arrays',
    withLastRow: true,
  }) as const

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return process.platform !== 'linux' || !/^\d+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}

describe('an SQL process', () => {
  it('ends when it is told to', async () => {
    const child = new SqlChild('reader', false)
    expect(await child.ready).toBe(true)
    child.stop()
    await child.ended
    expect(child.isIdle).toBe(false)
  })

  it('starts under the limit on its address space', async () => {
    const child = new SqlChild('reader', process.platform === 'linux')
    expect(await child.ready).toBe(true)
    child.stop()
    await child.ended
  })

  it('does not see the secrets of the server', async () => {
    vi.stubEnv('TAPEDECK_TEST_SECRET', 'secret-in-the-environment')
    const child = new SqlChild('reader', false)
    vi.unstubAllEnvs()
    await child.ready
    if (process.platform === 'linux') {
      expect(readFileSync(`/proc/${child.pid}/environ`, 'utf8')).not.toContain('secret-in-the-environment')
    }
    child.stop()
    await child.ended
  })

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'goes on after %s, which the server answers for both',
    async (signal) => {
      const child = new SqlChild('reader', false)
      await child.ready
      process.kill(child.pid, signal)
      expect(await child.ask(formatMessage(message('select 1')), 5000)).toMatchObject({
        kind: 'reply',
        reply: { kind: 'rows' },
      })
      child.stop()
      await child.ended
    },
  )

  it('dies with the server, even inside a statement and when the server is killed', async () => {
    const program = join(folder, 'server.mts')
    writeFileSync(
      program,
      `import { formatMessage, SqlChild } from ${JSON.stringify(new URL('./child.ts', import.meta.url).href)}
       const children = [new SqlChild('reader', false), new SqlChild('reader', false)]
       for (const child of children) await child.ready
       void children[0].ask(formatMessage(${JSON.stringify(message(STUCK))}), 60_000)
       setTimeout(() => console.log(children.map((child) => child.pid).join(' ')), 200)`,
    )
    const server = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] })
    const pids = await new Promise<number[]>((resolve) => {
      server.stdout.once('data', (line: Buffer) => resolve(line.toString().trim().split(' ').map(Number)))
    })
    expect(pids.map(isRunning)).toEqual([true, true])

    server.kill('SIGKILL')
    await vi.waitFor(() => expect(pids.map(isRunning)).toEqual([false, false]), { timeout: 5000 })
  })
})
