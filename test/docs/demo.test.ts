import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'

const run = promisify(execFile)
const demo = fileURLToPath(new URL('../../demo/run.ts', import.meta.url))

it(
  'npm run demo -- --check goes through: every step is right, and the exit status is 0',
  { timeout: 120_000 },
  async () => {
    const { stdout } = await run(process.execPath, [demo, '--check'])
    const steps = stdout.split('\n').filter((line) => line.startsWith('ok '))
    expect(steps).toContain('ok   the approved table opens for the app: 200, with rows')
    expect(steps).toContain('ok   the unticked table is refused: 403')
  },
)
