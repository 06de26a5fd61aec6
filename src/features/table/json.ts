import type { QueryAnswer } from '../../database/database.ts'
import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import { jsonAnswer, jsonLinesAnswer, jsonObject } from '../json/json-answer.ts'
import { firstColumn, requireAllRows, rowsByKey, type Arrangement } from '../json/shape.ts'

/** A page of rows, ready to be sent. */
export type TableAnswer = Arrangement & {
  /** With its rows in the form that `rowsFor` says. */
  readonly answer: QueryAnswer
  /** How many rows were asked for. */
  readonly size: number
  /** The token of the next page, and the full address that has it; null on the last page. */
  readonly next: { readonly token: string; readonly url: string } | null
  /** The table's own primary key; empty when it has none. */
  readonly primaryKeys: readonly string[]
}

/** Sends rows in the asked shape (host.md §9.3, §9.6). The bare shapes tell of the next page in the Link header alone. */
export function tableJson(
  c: AppContext,
  { shape, lines, answer, size, next, primaryKeys }: TableAnswer,
  headers: Readonly<Record<string, string>>,
): Response {
  const link: Record<string, string> = next === null ? {} : { Link: `<${next.url}>; rel="next"` }
  const all = { ...headers, ...link }
  const { rows } = answer

  switch (shape) {
    case 'array':
      return lines ? jsonLinesAnswer(c, requireAllRows(answer, size), all) : jsonAnswer(c, [rows], all)
    case 'arrayfirst':
      return jsonAnswer(c, [firstColumn(requireAllRows(answer, size))], all)
    case 'object': {
      if (primaryKeys.length === 0) {
        const message = '_shape=object not available for tables with no primary keys'
        throw new HttpError(400, message, { headers: link })
      }
      const separate = requireAllRows(answer, size)
      return jsonAnswer(c, [rowsByKey(answer.columns, primaryKeys, separate)], all)
    }
    case 'objects':
    case 'arrays': {
      const document = jsonObject({
        ok: { value: true },
        next: { value: next?.token ?? null },
        next_url: { value: next?.url ?? null },
        rows: { json: rows },
        truncated: { value: false },
      })
      return jsonAnswer(c, document, all)
    }
  }
}
