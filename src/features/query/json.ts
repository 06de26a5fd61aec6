import type { QueryAnswer } from '../../database/database.ts'
import { errorEnvelope } from '../../http/error-envelope.ts'
import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import { jsonAnswer, jsonLinesAnswer, jsonObject } from '../json/json-answer.ts'
import { firstColumn, requireShape, separateRows, type Shape } from '../json/shape.ts'

/** The shapes that the rows of a query can have: they have no keys. */
export type QueryShape = Exclude<Shape, 'object'>

/** The shape that `?_shape=` asks for; a 400 for one that does not exist or needs keys. */
export function requireQueryShape(query: URLSearchParams): QueryShape {
  const shape = requireShape(query)
  if (shape === 'object') throw new HttpError(400, '_shape=object is only available on tables')
  return shape
}

/** Sends the rows of a query, in the form that `rowsAs(shape)` says, in the asked shape (host.md §9.8). */
export function queryJson(
  c: AppContext,
  { rows, truncated }: QueryAnswer,
  { shape, lines }: { readonly shape: QueryShape; readonly lines: boolean },
  headers: Readonly<Record<string, string>>,
): Response {
  switch (shape) {
    case 'array':
      return lines ? jsonLinesAnswer(c, separateRows(rows), headers) : jsonAnswer(c, [rows], headers)
    case 'arrayfirst':
      return jsonAnswer(c, [firstColumn(rows)], headers)
    case 'objects':
    case 'arrays': {
      const document = jsonObject({
        ok: { value: true },
        rows: { json: rows },
        truncated: { value: truncated },
      })
      return jsonAnswer(c, document, headers)
    }
  }
}

/** Sends what SQLite has to say against a statement. Clients find the members of an answer in it too (host.md §9.8). */
export function queryErrorJson(
  c: AppContext,
  message: string,
  headers: Readonly<Record<string, string>>,
): Response {
  const { ok, ...error } = errorEnvelope(400, [message])
  return jsonAnswer(c, [JSON.stringify({ ok, rows: [], ...error, truncated: false })], headers, 400)
}
