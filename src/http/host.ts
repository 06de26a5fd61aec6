import { isIPv6 } from 'node:net'

/** A host and maybe a port, as a Host header or an origin names them. */
export type Host = {
  /** Lower case; an IPv6 address keeps its brackets. */
  readonly name: string
  /** Null when the text names none. */
  readonly port: number | null
}

const HOST = /^(?<name>[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::(?<port>[0-9]{1,5}))?$/u

/** Characters of the longest name there is, a colon and a port (RFC 1035 §2.3.4). */
const LONGEST = 253 + 1 + 5

/**
 * Reads `host` or `host:port`, or null when it is anything else.
 *
 * Names are ASCII letters, digits, `.`, `-` and `_`, as browsers send them (RFC 3986 §3.2.2 allows more, none of
 * it of use in a name that people reach). Everything that could end a host early in some parser is refused:
 * user info, slashes, spaces, percent signs, IPv6 zones.
 */
export function parseHost(text: string): Host | null {
  // Every address in an answer repeats it.
  if (text.length > LONGEST) return null
  const found = HOST.exec(text.toLowerCase())?.groups
  const name = found?.['name']
  if (name === undefined) return null
  if (name.startsWith('[') && !isIPv6(name.slice(1, -1))) return null

  const port = found?.['port']
  if (port === undefined) return { name, port: null }
  return Number(port) <= 65_535 ? { name, port: Number(port) } : null
}
