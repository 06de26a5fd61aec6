import { systemClock } from '../clock.ts'
import { createToken } from './create-token.ts'
import { realPrepareDeps } from './real-prepare-deps.ts'

/** Runs `create-token` with the real world around it. */
export function runCreateToken(argv: readonly string[]): 0 | 1 | 2 {
  return createToken(argv, {
    ...realPrepareDeps(),
    clock: systemClock,
    print: (line) => console.log(line),
    complain: (line) => console.error(line),
  })
}
