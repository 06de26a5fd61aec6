import { describe, expect, it } from 'vitest'
import { isPublicAddress } from './public-address.ts'

describe('isPublicAddress', () => {
  it.each(['8.8.8.8', '93.184.215.14', '172.32.0.1', '100.128.0.1', '2606:4700:4700::1111', '2a00:1450::1'])(
    'lets %s through',
    (address) => expect(isPublicAddress(address)).toBe(true),
  )

  it.each([
    ['this computer', ['127.0.0.1', '127.255.255.254', '::1', '0.0.0.0', '0.1.2.3', '::']],
    [
      'a private network',
      ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fdff::1', 'fec0::1'],
    ],
    ['a link', ['169.254.1.1', '169.254.169.254', 'fe80::1', 'fe80::1%eth0']],
    ['a carrier (CGN)', ['100.64.0.1', '100.127.255.255']],
    ['many', ['224.0.0.1', '239.255.255.255', 'ff02::1', '255.255.255.255']],
    [
      'IPv4 as IPv6',
      ['::ffff:127.0.0.1', '::ffff:7f00:1', '::ffff:8.8.8.8', '::127.0.0.1', '::ffff:0:127.0.0.1'],
    ],
    ['NAT64', ['64:ff9b::7f00:1', '64:ff9b::8.8.8.8', '64:ff9b:1::a00:1']],
    ['tunnels', ['2002:7f00:1::', '2001::1', '192.88.99.1']],
    [
      'documentation and measurement',
      ['192.0.2.1', '198.51.100.1', '203.0.113.1', '198.18.0.1', '2001:db8::1', '3fff::1'],
    ],
    ['nothing in use', ['240.0.0.1', '192.0.0.8', '100::1', '100:0:0:1::1', '4000::1', '5f00::1']],
    ['no address', ['', 'localhost', '8.8.8.8 ', '8.8.8', '0x8.8.8.8', '134744072', '8.8.8.8/32', '[::1]']],
  ])('refuses %s', (_what, addresses) => {
    for (const address of addresses) expect([address, isPublicAddress(address)]).toEqual([address, false])
  })
})
