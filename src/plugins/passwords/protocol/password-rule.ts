import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { UserName } from './user-name.ts'

/** Shortest password where nothing else proves a person, in characters (NIST SP 800-63B-4 §3.1.1.2). */
export const MIN_PASSWORD_LENGTH = 15

/** Longest password, in characters. */
export const MAX_PASSWORD_LENGTH = 256

/** How much of a password is searched for words and patterns, in characters: the search takes longer than its text. */
const JUDGED_LENGTH = 64

/** What the score of `zxcvbn` must be: 4 of 4 stands for more than 10^10 guesses. */
const WANTED_SCORE = 4

/** Why a password is not taken. */
export type PasswordFault = 'too-short' | 'too-long' | 'easy-to-guess'

/** Judges a password that somebody chooses; null for a good one. `about` is what others know of its owner: their name, this site. */
export function passwordFault(
  password: string,
  about: { readonly name: UserName; readonly site: string },
): PasswordFault | null {
  const characters = Array.from(password.normalize('NFC'))
  if (characters.length < MIN_PASSWORD_LENGTH) return 'too-short'
  if (characters.length > MAX_PASSWORD_LENGTH) return 'too-long'
  const known = [about.name, ...about.name.split(/[._@+-]/u), about.site, 'tapedeck', 'datasette']
  const { score } = judge().check(characters.slice(0, JUDGED_LENGTH).join(''), known)
  return score < WANTED_SCORE ? 'easy-to-guess' : null
}

let factory: ZxcvbnFactory | null = null

/** Reading the lists of words takes 60 ms and 8 MB, which a server without accounts need not spend. */
function judge(): ZxcvbnFactory {
  factory ??= new ZxcvbnFactory({ dictionary, graphs: adjacencyGraphs })
  return factory
}
