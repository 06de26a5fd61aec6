import { parseInteger } from '../../database/affinity.ts'
import type { SqlValue } from '../../database/values.ts'
import { fail, ok, type Result } from '../../result.ts'
import { columnTypeFault } from '../write/column-types/column-types.ts'
import type { FieldKind } from './form-field.ts'

const INTEGER = /^[+-]?\d+$/
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/** Reads what somebody wrote into a field. The failure says what would be right. Integers keep all their digits. */
export function parseFieldText(kind: FieldKind, text: string): Result<SqlValue, string> {
  const written = text.trim()
  switch (kind) {
    case 'integer':
      if (!INTEGER.test(written)) return fail('Write a whole number, such as 42.')
      return parseNumber(written)
    case 'number':
      if (!looksLikeNumber(written)) return fail(noNumber(written))
      return parseNumber(written)
    case 'any':
    case 'decimal':
    case 'boolean':
      return looksLikeNumber(written) ? parseNumber(written) : ok(text)
    case 'json':
      return checked(kind, text, 'This is not JSON. Text stands in quotes: "like this".')
    case 'email':
      return checked(kind, written, 'Write an address such as ann@example.com.')
    case 'url':
      return checked(kind, written, 'Write an address that begins with https:// or http://, without spaces.')
    case 'text':
    case 'long-text':
    case 'date':
    case 'moment':
    case 'time':
    case 'bytes':
      return ok(text)
  }
}

/** What is wrong with a text that is no number, in words: many countries write decimals with a comma. */
export function noNumber(written: string): string {
  const point = /^[+-]?\d+,\d+$/.test(written) ? written.replace(',', '.') : null
  return point === null ? 'This is no number, such as 12.50.' : `Decimals are written with a point: ${point}.`
}

/** Whether a text is a number as SQL writes one. */
export function looksLikeNumber(text: string): boolean {
  return NUMBER.test(text)
}

function parseNumber(written: string): Result<SqlValue, string> {
  if (INTEGER.test(written)) {
    const integer = parseInteger(written)
    return integer === null ? fail('This number is too large: an integer has 64 bits.') : ok(integer)
  }
  const number = Number(written)
  return Number.isFinite(number) ? ok(number) : fail('This number is too large.')
}

/** The check of the JSON API, in words for people. */
function checked(type: 'json' | 'email' | 'url', text: string, words: string): Result<SqlValue, string> {
  return text === '' || columnTypeFault(type, text) === null ? ok(text) : fail(words)
}
