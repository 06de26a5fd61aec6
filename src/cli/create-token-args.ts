import { fail, ok, type Result } from '../result.ts'

/** One thing that a token may do: an action as it was written, and where. */
export type TokenLimit = {
  readonly action: string
  readonly database: string | null
  readonly resource: string | null
}

/** What `create-token` was asked for. */
export type CreateTokenRequest = {
  readonly id: string
  /** Null: the token never expires. */
  readonly expiresAfterSeconds: number | null
  /** Empty: the token may do whatever its owner may. */
  readonly limits: readonly TokenLimit[]
  /** Whether to print what the token says, too. */
  readonly debug: boolean
  /** The words that `serve` would get: they say which secret signs it. */
  readonly serveWords: readonly string[]
}

/** Options with several values, and how many; `parseArgs` knows none. */
const LIMITS: Readonly<Record<string, number>> = {
  '-a': 1,
  '--all': 1,
  '-d': 2,
  '--database': 2,
  '-r': 3,
  '--resource': 3,
}

/** Added to the time of any clock, this is still an integer that JSON keeps. */
const MAX_SECONDS = 2 ** 52

/** Reads the words of `create-token` (host.md §7.2). The failure is a sentence. */
export function parseCreateTokenArgs(argv: readonly string[]): Result<CreateTokenRequest, string> {
  const rest = [...argv]
  const limits: TokenLimit[] = []
  const serveWords: string[] = []
  let id: string | null = null
  let expiresAfterSeconds: number | null = null
  let debug = false

  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const count = LIMITS[word]
    if (count !== undefined) {
      const values = rest.splice(0, count)
      const limit = toLimit(values, count)
      if (limit === null) return fail(`${word} needs ${USES[count - 1] ?? ''}`)
      limits.push(limit)
    } else if (word === '-e' || word === '--expires-after' || word.startsWith('--expires-after=')) {
      const text = word.startsWith('--expires-after=') ? word.slice('--expires-after='.length) : rest.shift()
      expiresAfterSeconds = parseSeconds(text ?? '')
      if (expiresAfterSeconds === null) {
        return fail('--expires-after must be a whole number of seconds, 1 or more; no token was made')
      }
    } else if (word === '--debug') {
      debug = true
    } else if (id === null && !word.startsWith('-')) {
      id = word
    } else {
      serveWords.push(word)
      // The value of an option of `serve` must not be taken for the id.
      if (id === null && word.startsWith('-') && !word.includes('=')) serveWords.push(...rest.splice(0, 1))
    }
  }
  if (id === null || id === '') return fail('say for whom: create-token ID')
  return ok({ id, expiresAfterSeconds, limits, debug, serveWords })
}

const USES = ['an ACTION', 'a DATABASE and an ACTION', 'a DATABASE, a TABLE and an ACTION'] as const

function toLimit(values: readonly string[], count: number): TokenLimit | null {
  if (values.length < count || values.some((value) => value === '' || value.startsWith('-'))) return null
  const action = values.at(-1) ?? ''
  const [database = null, resource = null] = values.slice(0, -1)
  return { action, database, resource }
}

function parseSeconds(text: string): number | null {
  const seconds = /^[1-9]\d*$/u.test(text) ? Number(text) : 0
  return seconds > 0 && seconds <= MAX_SECONDS ? seconds : null
}
