import { readFileSync } from 'node:fs'
import { z } from 'zod'

const packageSchema = z.object({ version: z.string() })

/** The version of this program, from its package.json. */
export function programVersion(): string {
  // One folder above src/ and above dist/.
  const text = readFileSync(new URL('../package.json', import.meta.url), 'utf8')
  return packageSchema.parse(JSON.parse(text)).version
}
