import type { QueryAnswer } from '../../database/database.ts'
import { errorEnvelope } from '../../http/error-envelope.ts'
import { HttpError } from '../../http/http-error.ts'
import type { AppContext } from '../../routing/context.ts'
import { jsonAnswer, jsonLinesAnswer, jsonObject, type JsonMember } from '../json/json-answer.ts'
import { firstColumn, requireAllRows, requireShape, type Arrangement, type Shape } from '../json/shape.ts'

/** The shapes that the rows of a query can have: they have no keys. */
export type QueryShape = Exclude<Shape, 'object'>

/** The shape that `?_shape=` asks for; a 400 for one that does not exist or needs keys. */
export function requireQueryShape(query: URLSearchParams): QueryShape {
  const shape = requireShape(query)
  if (shape === 'object') throw new HttpError(400, '_shape=object is only available on tables')
  return shape
}

/** The rows of a query, ready to be sent. */
export type QueryRows = Arrangement & {
  readonly shape: QueryShape
  /** With its rows in the form that `rowsFor` says. */
  readonly answer: QueryAnswer
  /** How many rows were asked for. */
  readonly maxRows: number
  /** More members of the document, for the shapes that are one. */
  readonly extras: Readonly<Record<string, JsonMember>>
}

/** Sends the rows of a query in the asked shape (host.md §9.8). */
export function queryJson(
  c: AppContext,
  { shape, lines, answer, maxRows, extras }: QueryRows,
  headers: Readonly<Record<string, string>>,
): Response {
  const { rows, truncated } = answer
  switch (shape) {
    case 'array':
      return lines
        ? jsonLinesAnswer(c, requireAllRows(answer, maxRows), headers)
        : jsonAnswer(c, [rows], headers)
    case 'arrayfirst':
      return jsonAnswer(c, [firstColumn(requireAllRows(answer, maxRows))], headers)
    case 'objects':
    case 'arrays': {
      const document = jsonObject({
        ok: { value: true },
        rows: { json: rows },
        ...extras,
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
