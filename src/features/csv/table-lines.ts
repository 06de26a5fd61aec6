import { keyNames } from '../../database/row-key.ts'
import type { AppContext } from '../../routing/context.ts'
import { blobText, blobSuffix } from '../blob/blob-address.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import type { Labels } from '../foreign-key-labels.ts'
import { splitJsonArray } from '../json/json-array.ts'
import { eachRow } from '../json/shape.ts'
import { rowPath } from '../links.ts'
import { labelledColumns, rowLabels } from '../table/request-labels.ts'
import type { TableRequest } from '../table/table-request.ts'
import { isBytes, textOf } from '../json/json-value.ts'
import { csvFields, type BlobField } from './csv-field.ts'
import { csvLine } from './csv-line.ts'

/** How the rows of a table become lines. */
export type TableLines = {
  readonly header: readonly string[]
  /** The lines of some rows in JSON, an array each. Each line is made when it is asked for. */
  of(rows: Uint8Array): Promise<Iterable<string>>
}

/** The lines of a table. Behind a column whose values get labels stands one with the labels (host.md §9.11). */
export function tableLines(
  deps: Pick<FeatureDeps, 'permissions' | 'config' | 'urls'>,
  c: AppContext,
  request: TableRequest,
): TableLines {
  const { columns } = request.selection
  const labelled = labelledColumns(deps, c, request)
  const blobField = tableBlobField(deps, c, request)
  const header = columns.flatMap((name) => (labelled.has(name) ? [name, `${name}_label`] : [name]))

  const of = async (rows: Uint8Array): Promise<Iterable<string>> => {
    if (labelled.size === 0) {
      return map(eachRow(rows), (row) => csvLine(csvFields(columns, splitJsonArray(row), blobField)))
    }
    const values = Array.from(eachRow(rows), splitJsonArray)
    const labels = await rowLabels(deps, request, labelled, values)
    const byPlace = columns.map((name) => labels.get(name) ?? null)
    return map(values, (row) => csvLine(withLabels(csvFields(columns, row, blobField), row, byPlace)))
  }
  return { header, of }
}

function withLabels(
  fields: readonly string[],
  row: readonly string[],
  byPlace: readonly (Labels | null)[],
): readonly string[] {
  return fields.flatMap((field, place) => {
    const labels = byPlace[place] ?? null
    return labels === null ? [field] : [field, textOf(labels.get(row[place] ?? '') ?? 'null')]
  })
}

/** In place of bytes stands the address that has them; in rows without an address, how many there are. */
function tableBlobField(
  { urls }: Pick<FeatureDeps, 'urls'>,
  c: AppContext,
  { database, table, selection }: TableRequest,
): BlobField {
  const places = keyNames(table).map((name) => selection.columns.indexOf(name))
  return (column, blob, row) => {
    const key = places.map((place) => row[place] ?? 'null')
    const isNamed = key.length > 0 && key.every((value) => value !== 'null' && !isBytes(value))
    if (!isNamed) return blobText(blob)
    const path = rowPath(database.name, table.name, key.map(textOf))
    return urls.absolute(c.req.raw, path + blobSuffix(column))
  }
}

function* map<T, U>(items: Iterable<T>, change: (item: T) => U): Generator<U> {
  for (const item of items) yield change(item)
}
