import { isLoopback, siteNetwork } from '../../../plugin.ts'

/**
 * How near two addresses are: `near` on one site, `far` on two; `incomparable` when one is IPv4 and the other IPv6, since one
 * device can have both. This computer is near itself.
 */
export function distance(one: string, other: string): 'near' | 'far' | 'incomparable' {
  if (siteNetwork(one) === siteNetwork(other) || (isLoopback(one) && isLoopback(other))) return 'near'
  return one.includes(':') === other.includes(':') ? 'far' : 'incomparable'
}
