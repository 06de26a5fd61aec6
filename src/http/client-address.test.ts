import { describe, expect, it } from 'vitest'
import { countedNetwork, clientAddress, networkOf, parseNetwork, type Network } from './client-address.ts'

const networks = (...texts: readonly string[]): readonly Network[] =>
  texts.map(parseNetwork).filter((network) => network !== null)

describe('clientAddress', () => {
  it.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:DB8:0:0::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['unknown', 'unknown'],
  ])('writes the peer %s as %s', (peer, written) => expect(clientAddress(peer, null, [])).toBe(written))

  it('believes nobody unless told so: a forwarded address of a stranger is a claim', () => {
    expect(clientAddress('192.0.2.7', '198.51.100.1', [])).toBe('192.0.2.7')
    expect(clientAddress('192.0.2.7', '198.51.100.1', networks('10.0.0.0/8'))).toBe('192.0.2.7')
  })

  it('takes what a trusted proxy says', () => {
    const proxies = networks('127.0.0.1', 'fd00::/8')
    expect(clientAddress('127.0.0.1', '198.51.100.1', proxies)).toBe('198.51.100.1')
    expect(clientAddress('::ffff:127.0.0.1', '198.51.100.1', proxies)).toBe('198.51.100.1')
    expect(clientAddress('fd00::5', '2001:db8::1', proxies)).toBe('2001:db8::1')
  })

  it('knows a network that is written as IPv4 inside IPv6', () => {
    expect(clientAddress('10.0.0.5', '198.51.100.1', networks('::ffff:10.0.0.0/104'))).toBe('198.51.100.1')
    expect(clientAddress('11.0.0.5', '198.51.100.1', networks('::ffff:10.0.0.0/104'))).toBe('11.0.0.5')
  })

  it('follows a chain of proxies from its end, and stops at the first sender that is none of them', () => {
    const proxies = networks('127.0.0.1', '10.0.0.0/8')
    expect(clientAddress('127.0.0.1', '203.0.113.66, 198.51.100.1, 10.1.1.1', proxies)).toBe('198.51.100.1')
    expect(clientAddress('127.0.0.1', '10.2.2.2,10.1.1.1', proxies)).toBe('10.2.2.2')
  })

  it.each([
    ['198.51.100.1:4711', '198.51.100.1'],
    ['[2001:db8::1]:4711', '2001:db8::1'],
    ['[2001:db8::1]', '2001:db8::1'],
    ['unknown', '127.0.0.1'],
    ['', '127.0.0.1'],
    ['10', '127.0.0.1'],
    ['0x7f.1', '127.0.0.1'],
    ['198.51.100.1, garbage', '127.0.0.1'],
  ])('reads the hop %j as %s', (hop, address) =>
    expect(clientAddress('127.0.0.1', hop, networks('127.0.0.1'))).toBe(address),
  )
})

describe('parseNetwork', () => {
  it.each(['10.0.0.0/8', '127.0.0.1', '::1', 'fd00::/8', '0.0.0.0/0'])('reads %s', (text) =>
    expect(parseNetwork(text)).not.toBeNull(),
  )

  it.each(['', 'proxy.example', '10', '10/8', '10.0.0.0/33', '10.0.0.0/', 'fd00::/129', '10.0.0.0/8/8'])(
    'refuses %j',
    (text) => expect(parseNetwork(text)).toBeNull(),
  )
})

describe('networkOf', () => {
  it('cuts an address to its network', () => {
    expect(networkOf('192.0.2.77', 24, 64)).toBe('192.0.2.0/24')
    expect(networkOf('192.0.2.77', 32, 64)).toBe('192.0.2.77/32')
    expect(networkOf('2001:db8:1:2:3:4:5:6', 32, 64)).toBe('2001:db8:1:2::/64')
    expect(networkOf('2001:db8:1:2:3:4:5:6', 24, 48)).toBe('2001:db8:1::/48')
  })

  it('counts an IPv4 address inside IPv6 as the IPv4 address', () => {
    expect(networkOf('::ffff:192.0.2.77', 32, 64)).toBe(networkOf('192.0.2.77', 32, 64))
  })

  it('leaves what is no address as it is', () => expect(networkOf('unknown', 32, 64)).toBe('unknown'))
})

describe('countedNetwork', () => {
  it('is the same for all addresses of one household, and for all spellings of one address', () => {
    expect(countedNetwork('2001:db8:0:1::5')).toBe(countedNetwork('2001:db8:0:1:ffff::9'))
    expect(countedNetwork('::ffff:192.0.2.1')).toBe(countedNetwork('192.0.2.1'))
    expect(countedNetwork('192.0.2.1')).not.toBe(countedNetwork('192.0.2.2'))
    expect(countedNetwork('2001:db8:0:1::5')).not.toBe(countedNetwork('2001:db8:0:2::5'))
  })
})
