import { ZxcvbnFactory } from '@zxcvbn-ts/core'
import { adjacencyGraphs, dictionary } from '@zxcvbn-ts/language-common'
import type { UserName } from './ids.ts'

/** Shortest password where nothing else proves a person, in characters (NIST SP 800-63B-4 §3.1.1.2). */
export const MIN_PASSWORD_LENGTH = 15

/** Longest password, in characters. */
export const MAX_PASSWORD_LENGTH = 256

/**
 * How much of a password is searched for words and patterns, in characters, and how many ways to read its digits as letters are
 * tried: the search is done in the server's own thread, and a text made for it takes many times longer with each of both.
 */
const JUDGED_LENGTH = 32
const MAX_SUBSTITUTIONS = 20

/** What the score of `zxcvbn` must be: 4 of 4 stands for more than 10^10 guesses. */
const WANTED_SCORE = 4

/** Longest name of a site that counts as a word, in characters. */
const MAX_SITE_LENGTH = 100

/** A password that somebody chooses, written twice. */
export type NewPassword = { readonly password: string; readonly again: string }

/** Why a password is not taken. `different`: it was not written the same twice. */
export type PasswordFault = 'too-short' | 'too-long' | 'easy-to-guess' | 'different'

/** Judges a password that somebody chooses; null for a good one. `about` is what others know of its owner: their name, this site. */
export function passwordFault(
  { password, again }: NewPassword,
  about: { readonly name: UserName; readonly site: string },
): PasswordFault | null {
  const characters = Array.from(password.normalize('NFC'))
  if (characters.length < MIN_PASSWORD_LENGTH) return 'too-short'
  if (characters.length > MAX_PASSWORD_LENGTH) return 'too-long'
  if (password !== again) return 'different'
  const site = about.site.slice(0, MAX_SITE_LENGTH)
  const known = [about.name, ...about.name.split(/[._@+-]/u), site, 'tapedeck', 'datasette']
  const { score } = judge().check(characters.slice(0, JUDGED_LENGTH).join(''), known)
  return score < WANTED_SCORE ? 'easy-to-guess' : null
}

let factory: ZxcvbnFactory | null = null

/** Reading the lists of words takes 60 ms and 8 MB, which a server without accounts need not spend. */
function judge(): ZxcvbnFactory {
  factory ??= new ZxcvbnFactory({
    dictionary,
    graphs: adjacencyGraphs,
    l33tMaxSubstitutions: MAX_SUBSTITUTIONS,
  })
  return factory
}
