import {
  isJsonObject,
  RESERVED_ACTOR_KEYS,
  type Actor,
  type JsonObject,
  type JsonValue,
} from '../../../plugin.ts'

/**
 * Writes what is known of a person beside the id, as JSON text: roles, groups, a name. Rules that match on them
 * go on matching when an app comes with a token (host.md §13.5, weakness 25).
 */
export function storePerson(actor: Actor): string {
  return JSON.stringify(
    Object.fromEntries(Object.entries(actor).filter(([key]) => !RESERVED_ACTOR_KEYS.has(key))),
  )
}

/** Reads back what `storePerson` wrote. Throws for anything else, so that no rule is judged on a guess. */
export function loadPerson(text: string): JsonObject {
  const person: JsonValue = JSON.parse(text)
  if (!isJsonObject(person)) throw new TypeError('a stored person must be a JSON object')
  return person
}
