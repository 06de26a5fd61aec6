import { fail, ok, type Result } from '../result.ts'
import { valueCount } from './serve-options.ts'

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

/** Options with several values, and what those are; `parseArgs` knows none. */
const LIMITS = new Map(
  [
    { names: ['-a', '--all'], count: 1, needs: 'an ACTION' },
    { names: ['-d', '--database'], count: 2, needs: 'a DATABASE and an ACTION' },
    { names: ['-r', '--resource'], count: 3, needs: 'a DATABASE, a TABLE and an ACTION' },
  ].flatMap(({ names, ...option }) => names.map((name) => [name, option] as const)),
)

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
    const option = LIMITS.get(word)
    if (option !== undefined) {
      const limit = toLimit(rest.splice(0, option.count), option.count)
      if (limit === null) return fail(`${word} needs ${option.needs}`)
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
      serveWords.push(word, ...rest.splice(0, valueCount(word)))
    }
  }
  if (id === null || id === '') return fail('say for whom: create-token ID')
  return ok({ id, expiresAfterSeconds, limits, debug, serveWords })
}

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
