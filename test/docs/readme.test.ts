import { execFile, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildDatabase } from '../../demo/build-database.ts'
import { findPort, startTapedeck, type Tapedeck } from '../../demo/processes.ts'
import { readPage } from './page.ts'

const run = promisify(execFile)
const hasCurl = spawnSync('curl', ['--version']).status === 0

describe.skipIf(!hasCurl)('the OAuth flow with curl in README.md', () => {
  const directory = mkdtempSync(join(tmpdir(), 'tapedeck-readme-'))
  let tapedeck: Tapedeck

  beforeAll(async () => {
    const database = join(directory, 'atlas.db')
    buildDatabase(database)
    const internal = join(directory, 'internal.db')
    tapedeck = await startTapedeck({
      database,
      internal,
      secret: 'a secret of the test',
      port: await findPort(0),
    })
  })

  afterAll(async () => {
    await tapedeck.stop()
    rmSync(directory, { recursive: true, force: true })
  })

  it('works as it is written: the approved table opens and the other is refused', async () => {
    const script = flow().replace(/^LINK=.*$/m, `LINK='${tapedeck.signInLink}'`)
    const env = { ...process.env, PATH: `${dirname(process.execPath)}:${process.env['PATH']}` }
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], { cwd: directory, env })

    expect(stdout).toContain('{"id":"root"}')
    expect(stdout).toContain('http://localhost:9999/callback?code=')
    expect(stdout).toMatch(/"access_token":\s*"dstok_/)
    expect(stdout.match(/^\d{3}$/gm)).toEqual(['200', '403'])
  })
})

/** Every command of the section, in its order. */
function flow(): string {
  const section = readPage('README.md')
    .split(/^## /m)
    .find((part) => part.startsWith('The OAuth flow with curl'))
  const blocks = [...(section ?? '').matchAll(/^```bash\n([\s\S]*?)^```/gm)].map(([, commands]) => commands)
  expect(blocks).toHaveLength(6)
  return blocks.join('')
}
