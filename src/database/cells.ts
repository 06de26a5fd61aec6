/** A value of a row for showing: numbers keep the digits that SQLite gave. */
export type Cell = null | string | { readonly number: string } | { readonly blob: Uint8Array }

/**
 * Reads the rows of a query answer in the shape `arrays`. Text that is not such an answer throws: it never
 * comes from outside.
 */
export function parseRows(rows: Uint8Array): readonly (readonly Cell[])[] {
  const parsed: unknown = JSON.parse(
    Buffer.from(rows.buffer, rows.byteOffset, rows.byteLength).toString(),
    keepCell,
  )
  if (!isTable(parsed)) throw new TypeError('the rows must be a JSON array of arrays')
  return parsed
}

type Reviver = { readonly source?: string }

// The reviver sees values from the inside out, so the two members of a blob come before the blob itself.
function keepCell(_key: string, value: unknown, ...[context]: readonly Reviver[]): unknown {
  if (typeof value === 'number') return { number: context?.source ?? String(value) }
  if (isEncodedBlob(value)) return { blob: new Uint8Array(Buffer.from(value.encoded, 'base64')) }
  return value
}

function isEncodedBlob(value: unknown): value is { readonly encoded: string } {
  return (
    typeof value === 'object' && value !== null && 'encoded' in value && typeof value.encoded === 'string'
  )
}

function isTable(value: unknown): value is readonly (readonly Cell[])[] {
  return Array.isArray(value) && value.every((row) => Array.isArray(row))
}
