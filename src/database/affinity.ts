/** How a column converts what is put into it or compared with it, as far as it matters here. */
export type Affinity =
  /** Digits become numbers. */
  | 'numeric'
  /** Numbers become digits. */
  | 'text'
  /** Nothing is converted, so the text 5 and the number 5 are different values. */
  | 'none'

/** The affinity that SQLite gives to a declared type (sqlite.org/datatype3.html §3.1). */
export function affinityOf(declaredType: string): Affinity {
  const type = declaredType.toUpperCase()
  if (type.includes('INT')) return 'numeric'
  if (type.includes('CHAR') || type.includes('CLOB') || type.includes('TEXT')) return 'text'
  // ANY converts nothing in a STRICT table. Elsewhere it is numeric, where assuming no conversion does no harm.
  if (type === '' || type === 'ANY' || type.includes('BLOB')) return 'none'
  return 'numeric'
}

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i

/**
 * The value that a column of this affinity would hold if this text were put into it. What looks like a number
 * becomes one in a numeric column; everything else stays text.
 */
export function convertText(text: string, affinity: Affinity): string | number | bigint {
  if (affinity !== 'numeric' || !NUMBER.test(text)) return text
  return parseInteger(text) ?? Number(text)
}

/** Reads digits with an optional sign as one of SQLite's 64-bit integers; null for anything else. */
export function parseInteger(text: string): bigint | null {
  if (!/^[+-]?\d{1,400}$/.test(text)) return null
  const value = BigInt(text.replace('+', ''))
  return BigInt.asIntN(64, value) === value ? value : null
}
