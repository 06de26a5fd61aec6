import { ROOT_ACTOR_ID } from '../../../plugin.ts'

declare const brand: unique symbol

/** The name of somebody with an account here, in its one written form. It is the id of their actor. */
export type UserName = string & { readonly [brand]: 'UserName' }

/** Says what a name may be, for people. */
export const USER_NAME_RULE =
  'A name has 1 to 64 of the letters a to z, digits, and . _ @ + - after the first. Large letters are written small, and nobody is called root.'

/**
 * Reads a name as somebody types it; null for what is none. Large letters and small ones are the same, since phones begin
 * with a large one. Letters beyond ASCII are left out: some look like others. `root` is the owner of the server.
 */
export function parseUserName(text: unknown): UserName | null {
  if (typeof text !== 'string') return null
  const name = text.trim().toLowerCase()
  return isUserName(name) ? name : null
}

function isUserName(name: string): name is UserName {
  return /^[a-z0-9][a-z0-9._@+-]{0,63}$/.test(name) && name !== ROOT_ACTOR_ID
}
