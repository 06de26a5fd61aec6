import type { z } from 'zod'

/** One thing that is wrong with a configuration. */
export type ConfigFault = {
  /** Where it stands: `databases.shop.allow`, a file's name, or the option that brought it. */
  readonly path: string
  /** What is wrong and what was expected. Never the value itself: it may be a secret. */
  readonly message: string
}

/** A fault as one line of text. */
export function formatConfigFault(fault: ConfigFault): string {
  return `${fault.path}: ${fault.message}`
}

/** A path into a configuration as people write it: names joined with dots. */
export function formatConfigPath(path: readonly PropertyKey[]): string {
  return path.map(String).join('.')
}

/** What a schema found wrong, as faults under `root`. Each unknown key is a fault of its own, in the words of `unknown`. */
export function faultsOf(
  error: z.ZodError,
  root: readonly string[],
  unknown: 'unknown key' | 'unknown setting' = 'unknown key',
): readonly ConfigFault[] {
  return error.issues.flatMap((issue) => {
    const path = [...root, ...issue.path]
    if (issue.code !== 'unrecognized_keys') return [{ path: formatConfigPath(path), message: issue.message }]
    return issue.keys.map((key) => ({ path: formatConfigPath([...path, key]), message: unknown }))
  })
}

/**
 * Words for the faults that zod finds, given to it as the `error` of a parse. A schema that brings its own
 * message keeps it.
 */
export function wordFault(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${expectedWords(issue.expected)}, got ${kindOf(issue.input)}`
    case 'invalid_value':
      return `expected ${issue.values.map((value) => JSON.stringify(value)).join(' or ')}`
    case 'too_small':
      return issue.origin === 'string'
        ? `expected at least ${issue.minimum} characters`
        : `expected ${issue.minimum} or more`
    case 'too_big':
      return issue.origin === 'string'
        ? `expected at most ${issue.maximum} characters`
        : `expected ${issue.maximum} or less`
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return undefined
  }
}

/** Zod's names of types in words for people. */
const EXPECTED_WORDS = new Map([
  ['string', 'text'],
  ['boolean', 'true or false'],
  ['number', 'a number'],
  ['int', 'a whole number'],
  ['array', 'a list'],
  ['object', 'a mapping'],
  ['record', 'a mapping'],
])

function expectedWords(expected: string): string {
  return EXPECTED_WORDS.get(expected) ?? expected
}

function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'string') return 'text'
  if (typeof value === 'number') return 'a number'
  return typeof value === 'boolean' ? String(value) : 'a mapping'
}
