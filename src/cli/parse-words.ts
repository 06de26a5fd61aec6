import { parseArgs, type ParseArgsOptionsConfig } from 'node:util'
import { fail, ok } from '../result.ts'

/** Reads the words of a command line. The failure is a sentence for the person who typed it. */
export function parseWords<T extends ParseArgsOptionsConfig>(words: readonly string[], options: T) {
  try {
    return ok(parseArgs({ args: [...words], options, allowPositionals: true, strict: true }))
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    // The first sentence says what is wrong; the second is advice about `--`.
    return fail(error.message.replace(/\. [\s\S]*$/, ''))
  }
}
