import { createHash } from 'node:crypto'
import { isJsonObject, randomHex, type Random, type Signer } from '../../../plugin.ts'
import type { UserName } from './user-name.ts'

/** The cookie of a browser that signed in with a name before. It opens nothing: whoever else tries that name cannot shut this browser out. */
export const KNOWN_BROWSER_COOKIE = 'tapedeck_known_browser'

/** How long a browser stays known, in seconds: a year. */
export const KNOWN_BROWSER_TTL_SECONDS = 365 * 86_400

const NAMESPACE = 'passwords-known-browser'

/** Makes the value of the cookie. The name is in it as a hash: the next user of this computer need not read it. */
export function formatKnownBrowser(name: UserName, signer: Signer, random: Random): string {
  const id = randomHex(random, 16)
  return signer.sign({ id, name: nameHash(id, name) }, NAMESPACE)
}

/** The id of a browser that signed in with this name before; null for any other. */
export function parseKnownBrowser(value: string | undefined, name: UserName, signer: Signer): string | null {
  const opened = value === undefined ? null : signer.verify(value, NAMESPACE)
  if (opened === null || !opened.ok || !isJsonObject(opened.value)) return null
  const { id, name: hash } = opened.value
  return typeof id === 'string' && hash === nameHash(id, name) ? id : null
}

function nameHash(id: string, name: UserName): string {
  return createHash('sha256').update(`${id} ${name}`).digest('hex')
}
