import type { Actor } from './actor.ts'

/**
 * The id of a person as their session gives it. Its JSON type is part of it: rules compare value and type
 * (host.md §5.2), so 42 and `"42"` are two people, and whatever belongs to one of them must not pass to the other.
 */
export type PersonId = string | number

/** Whether the `id` of an actor names a person. */
export function isPersonId(id: unknown): id is PersonId {
  return typeof id === 'string' ? id !== '' : Number.isFinite(id)
}

/** The id of the person behind an actor; null for nobody, and for an actor whose `id` names no person. */
export function personIdOf(actor: Actor | null): PersonId | null {
  const id = actor?.['id']
  return isPersonId(id) ? id : null
}

/** Writes an id for a row, as JSON text: `42` is the number and `"42"` the text. */
export function storePersonId(id: PersonId): string {
  return JSON.stringify(id)
}

/** Reads back what `storePersonId` wrote. Throws for anything else: a guess could hand one person's access to another. */
export function loadPersonId(text: string): PersonId {
  const id: unknown = JSON.parse(text)
  if (!isPersonId(id)) throw new TypeError('a stored person id must be a JSON text or number')
  return id
}
