import type { ExactObject } from '../../http/exact-json.ts'

/** Whether an option of a body is there and true, or anything that Datasette takes for true. */
export function isOn(body: ExactObject, option: string): boolean {
  return Object.hasOwn(body, option) && Boolean(body[option])
}

/** The keys of a body that mean nothing to its endpoint, in alphabetical order. */
export function unknownKeys(body: ExactObject, known: readonly string[]): readonly string[] {
  return Object.keys(body)
    .filter((key) => !known.includes(key))
    .sort()
}
