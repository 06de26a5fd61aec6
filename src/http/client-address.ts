import { isIP } from 'node:net'
import ipaddr from 'ipaddr.js'

/** A range of network addresses. */
export type Network = {
  readonly start: ipaddr.IPv4 | ipaddr.IPv6
  /** How many of its leading bits an address shares with the range. */
  readonly bits: number
}

/** Reads an address (`10.1.2.3`) or a network (`10.0.0.0/8`, `fd00::/8`); null for anything else. */
export function parseNetwork(text: string): Network | null {
  const address = parseAddress(text)
  if (address !== null) return { start: address, bits: address.kind() === 'ipv4' ? 32 : 128 }
  const [start = ''] = text.split('/')
  if (isIP(start) === 0 || !ipaddr.isValidCIDR(text)) return null
  const [parsed, bits] = ipaddr.parseCIDR(text)
  // Addresses are written as IPv4 wherever they can be, so their ranges are, too.
  const isMapped = parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress() && bits >= MAPPED_BITS
  return isMapped ? { start: parsed.toIPv4Address(), bits: bits - MAPPED_BITS } : { start: parsed, bits }
}

/** The bits before the IPv4 address in `::ffff:0:0/96`. */
const MAPPED_BITS = 96

/**
 * The network address of whoever sent a request, in one written form for each address: an IPv4 address inside IPv6
 * (`::ffff:192.0.2.1`) is the IPv4 address, and a zone (`%eth0`) is left out.
 *
 * `X-Forwarded-For` is read from its end, and only as far as trusted proxies wrote it: what stands before the first
 * address that is not one of them is the sender's own claim. A peer that is no proxy of ours is the sender, whatever
 * it says. Text that is no address ends the reading, too.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  trustedProxies: readonly Network[],
): string {
  let sender = parseAddress(peer)
  if (sender === null) return peer
  for (const hop of forwardedFor?.split(',').toReversed() ?? []) {
    if (!contains(trustedProxies, sender)) break
    const named = parseAddress(withoutPort(hop.trim()))
    if (named === null) break
    sender = named
  }
  return sender.toString()
}

/**
 * The network that an address lies in, as text to compare or to count by: its first `ipv4Bits` or `ipv6Bits`. Whoever
 * has one address of an IPv6 network has them all, so single ones say nothing. Text that is no address stands for itself.
 */
export function networkOf(address: string, ipv4Bits: number, ipv6Bits: number): string {
  const parsed = parseAddress(address)
  if (parsed === null) return address
  if (parsed.kind() === 'ipv4') {
    return `${ipaddr.IPv4.networkAddressFromCIDR(`${parsed.toString()}/${ipv4Bits}`).toString()}/${ipv4Bits}`
  }
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/${ipv6Bits}`).toString()}/${ipv6Bits}`
}

/** What limits count by: an IPv4 address, or the /64 of an IPv6 address, which one household has to itself. */
export function countedNetwork(address: string): string {
  return networkOf(address, 32, 64)
}

/** What one site has: the first 24 bits of IPv4, or the first 48 of IPv6. */
export function siteNetwork(address: string): string {
  return networkOf(address, 24, 48)
}

/** Whether an address is this computer. */
export function isLoopback(address: string): boolean {
  return address === '::1' || networkOf(address, 8, 128) === '127.0.0.0/8'
}

/** Only the usual ways to write an address: the parser alone would take `10` and `0x7f.1` for some as well. */
function parseAddress(text: string): ipaddr.IPv4 | ipaddr.IPv6 | null {
  const [withoutZone = ''] = text.split('%')
  return isIP(withoutZone) === 0 ? null : ipaddr.process(withoutZone)
}

/** Some proxies add the port: `192.0.2.1:4711`, `[2001:db8::1]:4711`. */
function withoutPort(hop: string): string {
  return (
    /^\[(?<inner>[^\]]+)\](?::\d+)?$/u.exec(hop)?.groups?.['inner'] ?? hop.replace(/^([^:]+):\d+$/u, '$1')
  )
}

function contains(networks: readonly Network[], address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return networks.some(({ start, bits }) => start.kind() === address.kind() && address.match(start, bits))
}
