import { parseInteger } from '../../database/affinity.ts'
import type { SqlValue } from '../../database/values.ts'
import { fail, ok, type Result } from '../../result.ts'
import { columnTypeFault } from '../write/column-types/column-types.ts'
import type { FieldKind, FormField } from './form-field.ts'

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
      if (!NUMBER.test(written)) return fail('Write a number, such as 1.5.')
      return parseNumber(written)
    case 'any':
      return NUMBER.test(written) ? parseNumber(written) : ok(text)
    case 'json':
      return checked(kind, text, 'This is not JSON. Text stands in quotes: "like this".')
    case 'email':
      return checked(kind, written, 'Write an address such as ann@example.com.')
    case 'url':
      return checked(kind, written, 'Write an address that begins with https:// or http://, without spaces.')
    case 'text':
    case 'long-text':
    case 'date':
    case 'bytes':
      return ok(text)
  }
}

/** What somebody is asked about a text that the column takes and that may be a slip; null for nothing. */
export function doubtAbout({ isNullable }: Pick<FormField, 'isNullable'>, text: string): string | null {
  return text === '' && !isNullable
    ? 'This is empty, and the table needs a value: empty text would be stored.'
    : null
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
