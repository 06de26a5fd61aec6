import { HttpError } from '../http/http-error.ts'

/**
 * The parts of a JSON document that `?_extra=` asks for, by name: repeated, or with commas between them. A 400 for names
 * that the document does not have (host.md §9.7).
 */
export function requireExtras<Name extends string>(
  query: URLSearchParams,
  described: Readonly<Record<Name, string>>,
): ReadonlySet<Name> {
  const asked = askedExtras(query)
  const isKnown = (name: string): name is Name => Object.hasOwn(described, name)
  const unknown = asked.filter((name) => !isKnown(name)).sort()
  if (unknown.length > 0) throw new HttpError(400, `Unknown _extra: ${unknown.join(', ')}`)
  return new Set(asked.filter(isKnown))
}

/** The names in `?_extra=`, each once, whether they exist or not. */
export function askedExtras(query: URLSearchParams): readonly string[] {
  return [...new Set(query.getAll('_extra').flatMap((names) => names.split(',').filter(Boolean)))]
}
