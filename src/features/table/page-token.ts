import { convertText, parseInteger, type Affinity } from '../../database/affinity.ts'
import { formatCell } from '../../database/row-json.ts'
import type { SqlValue } from '../../database/values.ts'
import { tildeDecode, tildeEncode } from '../../http/tilde.ts'
import { fail, ok, type Result } from '../../result.ts'

/**
 * The token that says where the next page begins: the values by which the last row of this page was ordered,
 * joined by commas (host.md §9.5). A value is its text in tilde-encoding, as in Datasette, whenever the column
 * turns that text back into the same value.
 *
 * Values that this would lose are marked with a dollar sign, which tilde-encoding never leaves in a text:
 * `$null`, `$i5` an integer, `$r1~2E5` a float, `$t` text, `$b00ff` bytes in hex. Without the marks, paging
 * through a column without a type would skip rows or never end.
 */
export function formatPageToken(values: readonly SqlValue[], affinities: readonly Affinity[]): string {
  return values.map((value, position) => formatPart(value, affinities[position] ?? 'none')).join(',')
}

/** Reads a token back. `malformed` is a mark that does not exist or does not fit what follows it. */
export function parsePageToken(
  token: string,
  affinities: readonly Affinity[],
): Result<readonly SqlValue[], 'malformed'> {
  const values: SqlValue[] = []
  for (const [position, part] of token.split(',').entries()) {
    const value = parsePart(part, affinities[position] ?? 'none')
    if (value === undefined) return fail('malformed')
    values.push(value)
  }
  return ok(values)
}

function formatPart(value: SqlValue, affinity: Affinity): string {
  if (value === null) return '$null'
  if (value instanceof Uint8Array) return `$b${Buffer.from(value).toString('hex')}`
  const text = Number.isFinite(value) ? formatCell(value) : String(value)
  if (text !== '' && convertText(text, affinity) === value) return tildeEncode(text)
  return `$${markOf(value)}${tildeEncode(text)}`
}

function parsePart(part: string, affinity: Affinity): SqlValue | undefined {
  if (!part.startsWith('$')) return convertText(tildeDecode(part), affinity)
  if (part === '$null') return null
  const text = tildeDecode(part.slice(2))
  switch (part.charAt(1)) {
    case 'b':
      return /^(?:[0-9a-f]{2})*$/.test(text) ? Uint8Array.from(Buffer.from(text, 'hex')) : undefined
    case 'i':
      return parseInteger(text) ?? undefined
    case 'r':
      return text === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
    case 't':
      return text
    default:
      return undefined
  }
}

function markOf(value: number | bigint | string): 'r' | 'i' | 't' {
  if (typeof value === 'number') return 'r'
  return typeof value === 'bigint' ? 'i' : 't'
}
