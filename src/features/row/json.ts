import { keyNames, selectedColumns } from '../../database/row-key.ts'
import type { AppContext } from '../../routing/context.ts'
import { jsonAnswer, jsonObject, type JsonMember } from '../json/json-answer.ts'
import { rowObject, rowsText } from '../json/row-json.ts'
import {
  firstColumn,
  rowsByKey,
  rowsInForm,
  separateRows,
  type RowChange,
  type Shape,
} from '../json/shape.ts'
import type { FoundRow } from './found-row.ts'

/** One row, ready to be sent. */
export type RowAnswer = {
  readonly found: FoundRow
  readonly shape: Shape
  readonly queryMs: number
  /** What becomes of its values on the way out; null for nothing. */
  readonly change: RowChange | null
  /** Parts of the document that were asked for, by name. */
  readonly extras: Readonly<Record<string, JsonMember>>
}

/** Sends a row in the asked shape (host.md §9.8). */
export function rowJson(
  c: AppContext,
  { found, shape, queryMs, change, extras }: RowAnswer,
  headers: Readonly<Record<string, string>>,
): Response {
  const { database, table, row, key } = found
  const columns = selectedColumns(table)
  const asArray = () => separateRows(rowsText(columns, row))
  const inForm = (form: 'objects' | 'arrays') => {
    if (change !== null) return rowsInForm(asArray(), form, columns, change)
    return form === 'objects' ? [rowObject(columns, row)] : asArray()
  }
  switch (shape) {
    case 'array':
      return jsonAnswer(c, [`[${inForm('objects').join(',')}]`], headers)
    case 'arrayfirst':
      return jsonAnswer(c, [firstColumn(inForm('arrays'))], headers)
    case 'object':
      return jsonAnswer(c, [rowsByKey(columns, keyNames(table), asArray(), change ?? undefined)], headers)
    case 'objects':
    case 'arrays': {
      const document = jsonObject({
        ok: { value: true },
        database: { value: database.name },
        table: { value: table.name },
        rows: { json: `[${inForm(shape).join(',')}]` },
        primary_keys: { value: keyNames(table) },
        primary_key_values: { value: key },
        ...extras,
        query_ms: { value: queryMs },
        truncated: { value: false },
      })
      return jsonAnswer(c, document, headers)
    }
  }
}
