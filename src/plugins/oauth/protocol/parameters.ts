/**
 * The one value of a request parameter. Empty counts as left out (RFC 6749 §3.1). Null also for a parameter that was
 * sent twice: there is no telling which of the two another reader of the request would take.
 */
export function onlyValue(parameters: URLSearchParams, name: string): string | null {
  const [value, ...more] = parameters.getAll(name)
  return value === undefined || value === '' || more.length > 0 ? null : value
}

/** The first of these parameters that was sent more than once, or null. */
export function findRepeated(parameters: URLSearchParams, names: readonly string[]): string | null {
  return names.find((name) => parameters.getAll(name).length > 1) ?? null
}
