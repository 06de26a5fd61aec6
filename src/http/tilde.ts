/** Tilde-encoding: names and keys as path segments, in characters that no proxy touches (host.md §8.1). */

const KEPT = /^[A-Za-z0-9_-]$/u

/** Writes any text with letters, digits, `_`, `-`, `+` (for a space) and `~XX` alone. */
export function tildeEncode(text: string): string {
  let encoded = ''
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCodePoint(byte)
    if (KEPT.test(character)) encoded += character
    else if (character === ' ') encoded += '+'
    else encoded += `~${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return encoded
}

/**
 * The inverse of `tildeEncode`, for any text: what is not an escape stands for itself, also a percent sign, and
 * bytes that are not UTF-8 become U+FFFD.
 */
export function tildeDecode(text: string): string {
  if (!/[~+]/.test(text)) return text
  const bytes: Buffer[] = text
    .split(/(~[0-9A-Fa-f]{2})/u)
    .map((piece, index) =>
      index % 2 === 1 ? Buffer.from(piece.slice(1), 'hex') : Buffer.from(piece.replaceAll('+', ' '), 'utf8'),
    )
  return Buffer.concat(bytes).toString('utf8')
}

/** A row's path segment: its primary key values in key order. Pagination tokens have the same form. */
export function formatRowKey(values: readonly string[]): string {
  return values.map(tildeEncode).join(',')
}

/** The values of a row's path segment. How many there should be is for the table to say. */
export function parseRowKey(segment: string): readonly string[] {
  return segment.split(',').map(tildeDecode)
}
