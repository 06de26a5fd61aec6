import { ownPath } from './own-path.ts'

/** Somewhere to go on this site. */
export type Place = {
  readonly name: string
  /** What sort of thing it is: a word. */
  readonly type: string
  /** On this site; ready for a link. */
  readonly path: string
}

/** Asks the server for places whose names hold these words (host.md §9.12). Rejects when it does not answer as it should. */
export async function findPlaces(
  address: string,
  words: string,
  signal: AbortSignal,
): Promise<readonly Place[]> {
  const response = await fetch(`${address}?q=${encodeURIComponent(words)}`, { signal })
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  const document: unknown = await response.json()
  return readPlaces(isRecord(document) ? document['matches'] : null, location.origin)
}

/** Reads places out of JSON. What does not look like one, or leads to another site, is left out. */
export function readPlaces(list: unknown, origin: string): readonly Place[] {
  if (!Array.isArray(list)) return []
  return list.flatMap((item: unknown): readonly Place[] => {
    if (!isRecord(item)) return []
    const { name, type, url } = item
    if (typeof name !== 'string' || typeof type !== 'string' || typeof url !== 'string') return []
    const path = ownPath(url, origin)
    return path === null ? [] : [{ name, type, path }]
  })
}

/** Whether a value is an object whose members can be looked at. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
