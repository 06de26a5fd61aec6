import type { QueryAnswer } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import { nextLink } from '../data-headers.ts'
import { jsonAnswer, jsonLinesAnswer, jsonObject, type JsonMember } from '../json/json-answer.ts'
import {
  firstColumn,
  requireAllRows,
  rowsByKey,
  rowsInForm,
  type Arrangement,
  type RowChange,
} from '../json/shape.ts'

/** A page of rows, ready to be sent. */
export type TableAnswer = {
  readonly arrangement: Arrangement
  /** With its rows in the form that `rowsFor` says. */
  readonly answer: QueryAnswer
  /** How many rows were asked for. */
  readonly size: number
  /** The token of the next page, and the full address that has it; null on the last page. */
  readonly next: { readonly token: string; readonly url: string } | null
  /** The table's own primary key; empty when it has none. */
  readonly primaryKeys: readonly string[]
  /** What becomes of the values of a row on the way out; null for nothing. */
  readonly change: RowChange | null
  /** Parts of the document that were asked for, by name. */
  readonly extras: Readonly<Record<string, JsonMember>>
}

/** Sends rows in the asked shape (host.md §9.3, §9.6). The bare shapes tell of the next page in the Link header alone. */
export function tableJson(
  c: AppContext,
  table: TableAnswer,
  headers: Readonly<Record<string, string>>,
): Response {
  const { arrangement, answer, size, next, change } = table
  // The bare shapes have no other place for it; elsewhere a long one would only keep clients from reading the answer.
  const isBare = arrangement.shape !== 'objects' && arrangement.shape !== 'arrays'
  const link = next === null ? {} : isBare ? { Link: `<${next.url}>; rel="next"` } : nextLink(next.url)
  const all = { ...headers, ...link }

  switch (arrangement.shape) {
    case 'array':
      return arrangement.lines
        ? jsonLinesAnswer(c, lines(table), all)
        : jsonAnswer(c, [rowsJson(table, 'objects')], all)
    case 'arrayfirst': {
      const rows = requireAllRows(answer, size)
      const changed = change === null ? rows : rowsInForm(rows, 'arrays', answer.columns, change)
      return jsonAnswer(c, [firstColumn(changed)], all)
    }
    case 'object': {
      if (table.primaryKeys.length === 0) {
        const message = '_shape=object not available for tables with no primary keys'
        throw new HttpError(400, message, { headers: link })
      }
      const rows = requireAllRows(answer, size)
      return jsonAnswer(c, [rowsByKey(answer.columns, table.primaryKeys, rows, change ?? undefined)], all)
    }
    case 'objects':
    case 'arrays': {
      const document = jsonObject({
        ok: { value: true },
        next: { value: next?.token ?? null },
        next_url: { value: next?.url ?? null },
        ...table.extras,
        rows: { json: rowsJson(table, arrangement.shape) },
        truncated: { value: false },
      })
      return jsonAnswer(c, document, all)
    }
  }
}

/** The rows as one JSON array; they pass through unread unless their values change. */
function rowsJson({ answer, size, change }: TableAnswer, form: 'objects' | 'arrays'): string | Uint8Array {
  if (change === null) return answer.rows
  return `[${rowsInForm(requireAllRows(answer, size), form, answer.columns, change).join(',')}]`
}

function lines({ answer, size, change }: TableAnswer): readonly string[] {
  const rows = requireAllRows(answer, size)
  return change === null ? rows : rowsInForm(rows, 'objects', answer.columns, change)
}
