import type { TestServer } from '../../src/testing.ts'

/** What an endpoint said: the status, and the JSON of its body. */
export type Said = { readonly status: number; readonly json: unknown }

/** Reads the answer of an endpoint. */
export async function saidIn(response: Response): Promise<Said> {
  return { status: response.status, json: await response.json() }
}

/** What an endpoint says that refuses, with everything that is wrong. One thing alone can be a matcher. */
export function refused(status: number, ...errors: readonly string[]): Said {
  const error = errors.length === 1 ? errors[0] : errors.join('; ')
  return { status, json: { ok: false, error, errors, status } }
}

/** The rows that a query finds in the database `shop`, as arrays; the whole answer where it finds none to tell. */
export async function rowsIn(server: TestServer, sql: string): Promise<unknown> {
  const answer = await server.request(`/shop/-/query.json?_shape=arrays&sql=${encodeURIComponent(sql)}`)
  const json: unknown = await answer.json()
  return typeof json === 'object' && json !== null && 'rows' in json ? json.rows : json
}
