import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'

let directory: string
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'tapedeck-race-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const PROCESSES = 8

/** What an expression is worth in each of several processes that evaluate it at the same moment, after `preparation`. */
async function inProcessesAtOnce(preparation: string, expression: string): Promise<readonly unknown[]> {
  const program = `${preparation}
    process.stdin.once('data', async () => {
      console.log(JSON.stringify(${expression}))
      process.exit()
    })
    console.log('ready')`
  const processes = Array.from({ length: PROCESSES }, () => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    const answer = once(child, 'close').then((): unknown => JSON.parse(output.split('\n')[1] ?? ''))
    return { ready: once(child.stdout, 'data'), go: () => child.stdin.end('go'), answer }
  })
  await Promise.all(processes.map((process) => process.ready))
  for (const process of processes) process.go()
  return await Promise.all(processes.map((process) => process.answer))
}

/** The address of a file beside this one, quoted. */
const src = (file: string) => JSON.stringify(new URL(file, import.meta.url).href)

describe('keepSecret', () => {
  it('gives one secret to eight processes that start at the same time', async () => {
    const path = join(directory, 'internal.db.secret')
    const answers = await inProcessesAtOnce(
      `import { systemRandom } from ${src('../random.ts')}
       import { keepSecret } from ${src('secret-file.ts')}`,
      `keepSecret(${JSON.stringify(path)}, systemRandom)`,
    )
    const value = readFileSync(path, 'utf8').trim()
    expect(answers).toEqual(Array.from({ length: PROCESSES }, () => ({ ok: true, value })))
    expect(readdirSync(directory)).toEqual(['internal.db.secret'])
  })
})

describe('migrateStore', () => {
  it('runs each migration once when eight processes start at the same time on a new file', async () => {
    const path = join(directory, 'internal.db')
    const answers = await inProcessesAtOnce(
      `import { setTimeout } from 'node:timers/promises'
       import { sql } from ${JSON.stringify(import.meta.resolve('kysely'))}
       import { openStore } from ${src('connect.ts')}
       import { migrateStore } from ${src('migrate.ts')}

       const logs = (name) => ({
         up: async (db) => {
           await sql\`create table if not exists log (name text)\`.execute(db)
           await setTimeout(100)
           await sql\`insert into log values (\${name})\`.execute(db)
         },
       })
       const owners = [{ name: 'a', migrations: { '0001': logs('one'), '0002': logs('two') } }]
       async function start() {
         const store = openStore(${JSON.stringify(path)})
         return store.ok ? await migrateStore(store.value, owners, { now: () => 0 }) : store
       }`,
      `await start()`,
    )
    expect(answers).toEqual(Array.from({ length: PROCESSES }, () => ({ ok: true })))

    const database = new DatabaseSync(path)
    expect(database.prepare('select name from log').all()).toEqual([{ name: 'one' }, { name: 'two' }])
    expect(database.prepare('select name from tapedeck_migrations').all()).toHaveLength(2)
    database.close()
  })
})
