import { HttpError } from '../http/http-error.ts'
import type { FeatureDeps } from './feature-deps.ts'

/**
 * The refusal of a name for a new table or view that a stored query has, or null. The table would stand before the query, whose address
 * and rules somebody relies on.
 */
export function takenByQuery(
  { config }: Pick<FeatureDeps, 'config'>,
  database: string,
  name: string,
): HttpError | null {
  if (config.query(database, name) === null) return null
  return new HttpError(400, `There is a stored query called ${name}`)
}
