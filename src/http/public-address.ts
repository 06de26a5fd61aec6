import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/**
 * Whether an IP address is one of the public internet: no special-use address (RFC 6890), so neither this computer, nor
 * a network that only this computer can reach, nor IPv4 in the clothes of IPv6 (mapped, NAT64, 6to4, Teredo). Of IPv6
 * only global unicast, `2000::/3`, is in use. False for text that is no address.
 */
export function isPublicAddress(text: string): boolean {
  if (isIP(text) === 0 || text.includes('%')) return false
  const address = ipaddr.parse(text)
  if (address.range() !== 'unicast') return false
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST, 3)
}

const GLOBAL_UNICAST = ipaddr.IPv6.parse('2000::')
