import type { SqlRow, Table } from '../../database/database.ts'
import { keyNames } from '../../database/row-key.ts'
import type { AppContext } from '../../routing/context.ts'
import { jsonAnswer, jsonObject } from '../json/json-answer.ts'
import { rowObject, rowsText } from '../json/row-json.ts'
import { firstColumn, rowsByKey, separateRows, type Shape } from '../json/shape.ts'

/** One row, ready to be sent. */
export type RowAnswer = {
  readonly database: string
  readonly table: Table
  /** The names of the row's values, in order. */
  readonly columns: readonly string[]
  readonly row: SqlRow
  /** The key as the address has it. */
  readonly key: readonly string[]
  readonly shape: Shape
  readonly queryMs: number
}

/** Sends a row in the asked shape (host.md §9.8). */
export function rowJson(
  c: AppContext,
  answer: RowAnswer,
  headers: Readonly<Record<string, string>>,
): Response {
  const { columns, row, table } = answer
  switch (answer.shape) {
    case 'array':
      return jsonAnswer(c, [`[${rowObject(columns, row)}]`], headers)
    case 'arrayfirst':
      return jsonAnswer(c, [firstColumn(separateRows(rowsText(columns, row)))], headers)
    case 'object':
      return jsonAnswer(c, [rowsByKey(columns, keyNames(table), [rowObject(columns, row)])], headers)
    case 'objects':
    case 'arrays': {
      const rows = answer.shape === 'arrays' ? rowsText(columns, row) : `[${rowObject(columns, row)}]`
      const document = jsonObject({
        ok: { value: true },
        database: { value: answer.database },
        table: { value: table.name },
        rows: { json: rows },
        primary_keys: { value: keyNames(table) },
        primary_key_values: { value: answer.key },
        query_ms: { value: answer.queryMs },
        truncated: { value: false },
      })
      return jsonAnswer(c, document, headers)
    }
  }
}
