import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'

/** Makes many objects that live for a moment, and tells what V8 then holds for young ones, in bytes. */
const PROGRAM = `
  import { getHeapSpaceStatistics } from 'node:v8'
  let alive = []
  for (let n = 0; n < 3_000_000; n += 1) {
    alive.push({ n, text: String(n) })
    if (alive.length > 100_000) alive = []
  }
  console.log(getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space').space_size)
`

const youngBytes = (before: string) =>
  Number(
    execFileSync(process.execPath, ['--input-type=module', '-e', before + PROGRAM], { encoding: 'utf8' }),
  )

it('keeps the space for young objects from growing, in a process that would let it grow', () => {
  const call = `import { keepHeapSmall } from '${new URL('small-heap.ts', import.meta.url).href}'; keepHeapSmall();`
  const [kept, grown] = [youngBytes(call), youngBytes('')]
  expect(grown).toBeGreaterThan(16 * 1024 * 1024)
  expect(kept).toBeLessThan(grown / 4)
})
