import type { Random } from '../../../plugin.ts'
import type { UserCode } from './ids.ts'

/**
 * The characters of a user code: no vowels, which would make words, and no two that look alike (`0` and `O`; `1`, `I` and
 * `L`). Eight of these 28 carry 38.4 bits (RFC 8628 §6.1).
 */
const ALPHABET = 'BCDFGHJKMNPQRSTVWXYZ23456789'

const HALF = 4

/** Random bytes from here on would make some characters likelier than others. */
const FAIR_BYTES = 256 - (256 % ALPHABET.length)

/** Makes a code, written as `BCDF-GHJK`. */
export function newUserCode(random: Random): UserCode {
  let characters = ''
  while (characters.length < 2 * HALF) {
    for (const byte of random.bytes(2 * HALF - characters.length)) {
      if (byte < FAIR_BYTES) characters += ALPHABET[byte % ALPHABET.length] ?? ''
    }
  }
  const code = written(characters)
  if (code === null) throw new Error('a new code must be one that can be read')
  return code
}

/** Reads what a person typed: any case, spaces and dashes of any kind wherever they like. Null for what is no code. */
export function parseUserCode(typed: string): UserCode | null {
  return written(typed.toUpperCase().replaceAll(/[\s\p{Dash_Punctuation}]/gu, ''))
}

/** Whether text is a code in its one written form. */
export const isUserCode = (text: string): text is UserCode => WRITTEN.test(text)

const WRITTEN = new RegExp(`^[${ALPHABET}]{${HALF}}-[${ALPHABET}]{${HALF}}$`, 'u')

function written(characters: string): UserCode | null {
  const text = `${characters.slice(0, HALF)}-${characters.slice(HALF)}`
  return isUserCode(text) ? text : null
}
