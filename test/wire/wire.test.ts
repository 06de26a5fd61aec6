import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { notYetBuilt } from './not-yet-built.ts'

/**
 * Replays the recorded exchanges against the built server, one process per scenario. `recordings/README.md`
 * describes the format; `npm run build` must have been run.
 */
const recordings = fileURLToPath(new URL('./recordings/', import.meta.url))
const root = fileURLToPath(new URL('../../', import.meta.url))
const server = `"${process.execPath}" "${join(root, 'bin/tapedeck.js')}"`

/** Longest time for one scenario; several of them share the machine. */
const SCENARIO_TIMEOUT_MS = 120_000

const Report = z.object({
  passed: z.number(),
  failed: z.number(),
  scenarios: z.array(
    z.object({ steps: z.array(z.object({ title: z.string(), problems: z.array(z.string()) })) }),
  ),
})

type Outcome = { readonly passed: number; readonly differences: readonly string[] }

async function replay(scenario: string): Promise<Outcome> {
  const directory = await mkdtemp(join(tmpdir(), 'tapedeck-wire-'))
  try {
    const file = join(directory, 'report.json')
    const output = await run([
      join(recordings, 'replay.mjs'),
      '--server',
      server,
      '--only',
      scenario,
      '--json',
      file,
    ])
    const text = await readFile(file, 'utf8').catch(() => {
      throw new Error(`the replayer wrote no report: ${output}`)
    })
    const report = Report.parse(JSON.parse(text))
    const steps = report.scenarios.flatMap((one) => one.steps)
    const differences = steps.flatMap((step, index) =>
      step.problems.map((problem) => `step ${index + 1}, ${step.title}: ${problem}`),
    )
    return { passed: report.passed, differences }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Runs the replayer and gives what it printed. Its exit status says no more than its report does. */
function run(args: readonly string[]): Promise<string> {
  return new Promise((done) => {
    execFile(process.execPath, args, { cwd: root }, (_error, stdout, stderr) => done(stdout + stderr))
  })
}

const scenarios = (await readdir(join(recordings, 'scenarios')))
  .filter((name) => name.endsWith('.json'))
  .map((name) => name.slice(0, -'.json'.length))
  .toSorted()

describe('recorded exchanges', () => {
  it.concurrent.each(scenarios.filter((name) => !(name in notYetBuilt)))(
    'answers %s as recorded',
    { timeout: SCENARIO_TIMEOUT_MS },
    async (scenario) => {
      const { passed, differences } = await replay(scenario)
      expect(differences).toEqual([])
      expect(passed).toBeGreaterThan(0)
    },
  )
})

describe('the list of what is not yet built', () => {
  it('names only recorded scenarios', () => {
    expect(scenarios).toEqual(expect.arrayContaining(Object.keys(notYetBuilt)))
  })

  it.concurrent.each(Object.keys(notYetBuilt))(
    'needs %s: some step still differs',
    { timeout: SCENARIO_TIMEOUT_MS },
    async (scenario) => {
      const { differences } = await replay(scenario)
      expect(differences, `${scenario} passes completely: take it off not-yet-built.ts`).not.toEqual([])
    },
  )
})
