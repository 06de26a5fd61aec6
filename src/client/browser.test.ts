import { describe, expect, it } from 'vitest'
import { browserCommand, type BrowserPlace } from './browser.ts'

const desk: BrowserPlace = { env: { DISPLAY: ':0' }, platform: 'linux', isTty: true }
const ADDRESS = 'https://data.example/verify?code=ABCD-EFGH'

describe('browserCommand', () => {
  it.each([
    ['linux', { file: 'xdg-open', arguments: [ADDRESS] }],
    ['darwin', { file: 'open', arguments: [ADDRESS] }],
    ['win32', { file: 'rundll32', arguments: ['url.dll,FileProtocolHandler', ADDRESS] }],
  ] as const)('on %s is %j', (platform, command) =>
    expect(browserCommand(ADDRESS, { ...desk, platform })).toEqual(command),
  )

  it('opens on a Wayland display too', () => {
    expect(browserCommand(ADDRESS, { ...desk, env: { WAYLAND_DISPLAY: 'wayland-0' } })).not.toBeNull()
  })

  it.each<[string, Partial<BrowserPlace>]>([
    ['no terminal', { isTty: false }],
    ['no display', { env: {} }],
    ['a session from another machine', { env: { DISPLAY: ':0', SSH_CONNECTION: '10.0.0.1 1 10.0.0.2 22' } }],
    ['such a session on a Mac', { platform: 'darwin', env: { SSH_TTY: '/dev/ttys001' } }],
  ])('is none with %s', (_what, given) => expect(browserCommand(ADDRESS, { ...desk, ...given })).toBeNull())

  it.each([
    'javascript:alert(1)',
    'file:///etc/passwd',
    'calculator://x',
    'ms-msdt:/id',
    '-a Calculator',
    '--help',
    '/bin/sh',
    'data:text/html,x',
    '',
  ])('is none for %j (CVE-2025-6514)', (address) => expect(browserCommand(address, desk)).toBeNull())

  it.each(['linux', 'darwin', 'win32'] as const)(
    'on %s gives an address in one word that needs no quotes',
    (platform) => {
      const command = browserCommand('https://evil.example/a b"c\'d`e$(f)&g|h\n?i=" j', { ...desk, platform })
      expect(command?.arguments.at(-1)).toMatch(/^https:\/\/evil\.example\/[^\s"`<>]*$/u)
    },
  )
})
