import { describe, expect, it } from 'vitest'
import { parseHost } from './host.ts'

describe('parseHost', () => {
  it.each([
    ['site.example', { name: 'site.example', port: null }],
    ['Site.Example:8001', { name: 'site.example', port: 8001 }],
    ['my_host', { name: 'my_host', port: null }],
    ['192.0.2.1:80', { name: '192.0.2.1', port: 80 }],
    ['[::1]', { name: '[::1]', port: null }],
    ['[2001:DB8::1]:443', { name: '[2001:db8::1]', port: 443 }],
    ['localhost:0', { name: 'localhost', port: 0 }],
  ])('reads %s', (text, host) => expect(parseHost(text)).toEqual(host))

  it.each([
    ['nothing', ''],
    ['a port alone', ':80'],
    ['a colon without a port', 'site.example:'],
    ['a port that is no number', 'site.example:http'],
    ['a port beyond the last one', 'site.example:65536'],
    ['user info', 'site.example@evil.example'],
    ['a path', 'site.example/evil'],
    ['a backslash', 'site.example\\evil'],
    ['a query', 'site.example?x'],
    ['a space', 'site.example evil.example'],
    ['two hosts', 'site.example, evil.example'],
    ['a quote', 'site.example"'],
    ['a line break', 'site.example\r\nx: y'],
    ['a line break at the end', 'site.example\n'],
    ['letters beyond ASCII', 'größe.example'],
    ['an IPv6 address without brackets', '::1'],
    ['brackets around something else', '[abc]'],
    ['an IPv6 zone', '[fe80::1%eth0]'],
    ['an open bracket', '[::1'],
  ])('refuses %s', (_what, text) => expect(parseHost(text)).toBeNull())

  it('is nothing longer than a name can be: every address in an answer repeats it', () => {
    expect(parseHost(`${'a'.repeat(253)}:65535`)).not.toBeNull()
    expect(parseHost('a'.repeat(260))).toBeNull()
  })
})
