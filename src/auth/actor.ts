import type { JsonObject, JsonValue } from '../http/json.ts'

/**
 * Who makes a request, in Datasette's form: an open JSON object. `id` names the person; a truthy `token`
 * says that the request came with an API token; `_r` restricts what may be done (host.md §2.3, §3.1).
 */
export type Actor = JsonObject

/** The id of the actor that `--root` gives every right to. No sign-in provider may name anybody so. */
export const ROOT_ACTOR_ID = 'root'

/** Keys of an actor that only this server may set. What anybody else knows of a person never overrules them. */
export const RESERVED_ACTOR_KEYS: ReadonlySet<string> = new Set(['id', 'token', '_r', 'token_expires'])

/** The actor's id as text, or null for an actor without one: an id of another kind names nobody. Numbers are written out. */
export function actorId(actor: Actor | null): string | null {
  return textOf(actor?.['id'])
}

/** Whether this actor came from an API token rather than from a person's browser session. */
export function isTokenActor(actor: Actor): boolean {
  return Boolean(actor['token'])
}

/** What pages call this actor: the first of `display`, `name`, `username`, `login` and `id` that says something (host.md §12). */
export function actorLabel(actor: Actor): string {
  for (const key of ['display', 'name', 'username', 'login', 'id']) {
    const label = textOf(actor[key])
    if (label !== null) return label
  }
  return 'Somebody without a name'
}

function textOf(value: JsonValue | undefined): string | null {
  if (typeof value === 'string' && value !== '') return value
  return typeof value === 'number' ? String(value) : null
}
