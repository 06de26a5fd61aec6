import { isBytes, textOf } from '../json/json-value.ts'

/** The address of bytes that stand in a row, or what is to be written in their place. */
export type BlobField = (column: string, blob: string, row: readonly string[]) => string

/**
 * The values of a row as they stand in CSV (host.md §9.11), each given as its JSON text: numbers keep every digit and their
 * `.0`, NULL is empty, and in place of bytes stands what `blobField` gives.
 */
export function csvFields(
  columns: readonly string[],
  row: readonly string[],
  blobField: BlobField,
): readonly string[] {
  return row.map((value, place) =>
    isBytes(value) ? blobField(columns[place] ?? '', value, row) : textOf(value),
  )
}
