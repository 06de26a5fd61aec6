/** Numbers as the `ds_actor` cookie writes its expiry: base 62, most significant digit first (host.md §3.1). */

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz'

/** Writes a whole number from 0 to 2^53 - 1. */
export function formatBase62(number: number): string {
  if (!Number.isSafeInteger(number) || number < 0) {
    throw new RangeError('"number" must be a whole number from 0 to 2^53 - 1')
  }
  let text = ''
  let rest = number
  do {
    text = ALPHABET.charAt(rest % 62) + text
    rest = Math.floor(rest / 62)
  } while (rest > 0)
  return text
}

/**
 * Reads what `formatBase62` writes, or null for an empty text or another character. A number of 2^53 or more, which
 * could not be held exactly, is Infinity.
 */
export function parseBase62(text: string): number | null {
  if (text === '') return null
  let number = 0
  for (const character of text) {
    const digit = ALPHABET.indexOf(character)
    if (digit === -1) return null
    number = number * 62 + digit
  }
  return Number.isSafeInteger(number) ? number : Number.POSITIVE_INFINITY
}
