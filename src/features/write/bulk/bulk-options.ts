import { fail, ok, type Result } from '../../../result.ts'

/** What a bulk body is to do, as its address says: the options that a JSON body has under the same names. */
export type BulkOptions = {
  readonly onConflict: 'fail' | 'ignore' | 'replace'
  readonly addsColumns: boolean
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ['1', true],
  ['true', true],
  ['on', true],
  ['0', false],
  ['false', false],
  ['off', false],
])

/** Reads the options. The failure is the message to show. */
export function parseBulkOptions(
  parameters: URLSearchParams,
  kind: 'insert' | 'upsert',
): Result<BulkOptions, string> {
  const known = kind === 'insert' ? ['ignore', 'replace', 'alter'] : ['alter']
  const names = [...new Set(parameters.keys())]
  if (kind === 'upsert' && (names.includes('ignore') || names.includes('replace'))) {
    return fail('Upsert does not support ignore or replace')
  }
  if (names.includes('return')) return fail('"return" is for JSON bodies: rows of this many do not come back')
  const invalid = names.filter((name) => !known.includes(name)).sort()
  if (invalid.length > 0) return fail(`Invalid parameter: ${invalid.map((name) => `"${name}"`).join(', ')}`)

  const vague = names.find((name) => parameters.getAll(name).some((word) => !WORDS.has(word.toLowerCase())))
  if (vague !== undefined) return fail(`"${vague}" must be 1 or 0`)
  const isOn = (name: string) => WORDS.get(parameters.get(name)?.toLowerCase() ?? '0') === true
  if (isOn('ignore') && isOn('replace')) return fail('Cannot use "ignore" and "replace" at the same time')
  return ok({
    onConflict: isOn('ignore') ? 'ignore' : isOn('replace') ? 'replace' : 'fail',
    addsColumns: isOn('alter'),
  })
}
