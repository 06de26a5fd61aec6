import { ROOT_ACTOR_ID } from '../../../plugin.ts'
import type { UserName } from './ids.ts'

/** Says what a name may be, for people. */
export const USER_NAME_RULE =
  'A name has 1 to 64 of the letters a to z, digits, and . _ @ + - after the first. Large letters are written small, and nobody is called root.'

/**
 * Reads a name as somebody types it; null for what is none. Large letters and small ones are the same, since phones begin
 * with a large one. Letters beyond ASCII are left out: some look like others. `root` is the owner of the server.
 */
export function parseUserName(text: string): UserName | null {
  const name = text.trim().toLowerCase()
  return isUserName(name) ? name : null
}

/** Whether a value is a name in its one written form. The id of an actor is one or it is not: nothing is read into it. */
export function isUserName(value: unknown): value is UserName {
  return typeof value === 'string' && /^[a-z0-9][a-z0-9._@+-]{0,63}$/.test(value) && value !== ROOT_ACTOR_ID
}
