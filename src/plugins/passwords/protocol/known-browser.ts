import { isJsonObject, randomHex, type Random, type Signer } from '../../../plugin.ts'
import { hashKnown, type PasswordHash, type UserName } from './ids.ts'

/** The cookie of a browser that signed in with a name before. It opens nothing: whoever else tries that name cannot shut this browser out. */
export const KNOWN_BROWSER_COOKIE = 'tapedeck_known_browser'

/** How long a browser stays known, in seconds: a year, or until the password is another. */
export const KNOWN_BROWSER_TTL_SECONDS = 365 * 86_400

const NAMESPACE = 'tapedeck-passwords-known-browser'

/** Makes the value of the cookie. The name is in it as a hash: the next user of this computer need not read it. */
export function formatKnownBrowser(
  name: UserName,
  password: PasswordHash,
  signer: Signer,
  random: Random,
): string {
  const id = randomHex(random, 16)
  return signer.sign({ id, known: hashKnown(id, name, password) }, NAMESPACE)
}

/** The id of a browser that signed in with this name and the password that it has now; null for any other. */
export function parseKnownBrowser(
  value: string | undefined,
  name: UserName,
  password: PasswordHash | null,
  signer: Signer,
): string | null {
  const opened = value === undefined || password === null ? null : signer.verify(value, NAMESPACE)
  if (opened === null || password === null || !opened.ok || !isJsonObject(opened.value)) return null
  const { id, known } = opened.value
  return typeof id === 'string' && known === hashKnown(id, name, password) ? id : null
}
