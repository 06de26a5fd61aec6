import { keyNames, selectedColumns } from '../../database/row-key.ts'
import type { RowStyle } from '../../database/row-style.ts'
import type { AppContext } from '../../routing/context.ts'
import { jsonAnswer, jsonObject, type JsonMember } from '../json/json-answer.ts'
import { rowObject, rowsText, valueTexts } from '../json/row-json.ts'
import { rowsByKey, separateRows, type Shape } from '../json/shape.ts'
import type { FoundRow } from './found-row.ts'

/** One row, ready to be sent. */
export type RowAnswer = {
  readonly found: FoundRow
  readonly shape: Shape
  readonly queryMs: number
  /** How its values are written. */
  readonly style?: RowStyle
  /** Parts of the document that were asked for, by name. */
  readonly extras: Readonly<Record<string, JsonMember>>
}

/** Sends a row in the asked shape (host.md §9.8). */
export function rowJson(
  c: AppContext,
  { found, shape, queryMs, style, extras }: RowAnswer,
  headers: Readonly<Record<string, string>>,
): Response {
  const { database, table, row, key } = found
  const columns = selectedColumns(table)
  const object = () => rowObject(columns, row, style)
  const values = () => valueTexts(columns, row, style)
  switch (shape) {
    case 'array':
      return jsonAnswer(c, [`[${object()}]`], headers)
    case 'arrayfirst':
      return jsonAnswer(c, [`[${values()[0] ?? 'null'}]`], headers)
    case 'object':
      return jsonAnswer(
        c,
        [rowsByKey(columns, keyNames(table), separateRows(rowsText(columns, row)), values)],
        headers,
      )
    case 'objects':
    case 'arrays': {
      const document = jsonObject({
        ok: { value: true },
        database: { value: database.name },
        table: { value: table.name },
        rows: { json: shape === 'objects' ? `[${object()}]` : `[[${values().join(',')}]]` },
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
