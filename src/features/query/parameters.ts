import { parametersOf, type AppContext } from '../../routing/context.ts'
import { dataHeaders } from '../data-headers.ts'
import { jsonAnswer } from '../json/json-answer.ts'
import { UNSTABLE } from '../unstable.ts'
import { ordinaryParameters } from './query.ts'

/** What editors of SQL ask for is not shown in a frame of another site (host.md §8.6). */
const UNFRAMED = { 'Content-Security-Policy': "frame-ancestors 'none'", 'X-Frame-Options': 'DENY' }

/** `GET /:database/-/query/parameters?sql=`: the parameters of a statement that need values (host.md §9.9). Always JSON. */
export function parametersHandler(c: AppContext): Response {
  const sql = parametersOf(c).get('sql') ?? ''
  const document = { ok: true, unstable: UNSTABLE, parameters: ordinaryParameters(sql) }
  return jsonAnswer(c, [JSON.stringify(document)], { ...dataHeaders(c), ...UNFRAMED })
}
