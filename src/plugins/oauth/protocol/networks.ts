import { networkOf } from '../../../plugin.ts'

/** What limits count by: an IPv4 address, or the /64 of an IPv6 address, which one household has to itself. */
export function countedNetwork(address: string): string {
  return networkOf(address, 32, 64)
}

/** Whether two addresses may stand on one desk: they share the first 24 bits of IPv4, or the first 48 of IPv6, which one site has. */
export function isNear(one: string, other: string): boolean {
  return networkOf(one, 24, 48) === networkOf(other, 24, 48)
}
