import { fail, ok, type Result } from '../../../../plugin.ts'
import type { GrantPlace } from '../../storage/grant-list.ts'

/** Reads the parameter of an address; null for one that says nothing. */
export function textOf(query: URLSearchParams, name: string): string | null {
  const text = query.get(name)?.trim() ?? ''
  return text === '' ? null : text
}

/** Reads where the page before ended; null for the first page. */
export function parseGrantPlace(text: string | null): Result<GrantPlace | null, string> {
  if (text === null) return ok(null)
  const { at, id } = /^(?<at>\d{1,12}),(?<id>[0-9a-f]{32})$/u.exec(text)?.groups ?? {}
  return at === undefined || id === undefined
    ? fail('_next must be what the page before gave as next')
    : ok({ createdAt: Number(at), grantId: id })
}

/** Writes the place where a page ends. */
export function formatGrantPlace({ createdAt, grantId }: GrantPlace): string {
  return `${createdAt},${grantId}`
}

/** An address with parameters; what is null is left out. */
export function withQuery(path: string, parameters: Readonly<Record<string, string | null>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) if (value !== null) query.set(name, value)
  return query.size === 0 ? path : `${path}?${query.toString()}`
}
