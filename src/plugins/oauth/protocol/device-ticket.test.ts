import { describe, expect, it } from 'vitest'
import { createSigner } from '../../../auth/signing.ts'
import { sealTicket } from './consent-ticket.ts'
import { openDeviceTicket, sealDeviceTicket, type DeviceTicket } from './device-ticket.ts'
import { hashSession, type ClientId, type RedirectUri, type UserCode } from './ids.ts'

const NOW = 1_800_000_000
const signer = createSigner('a secret')
const holder = { personId: 'carol', session: hashSession('cookie'), now: NOW }
const ticket: DeviceTicket = {
  userCode: 'BCDF-2345' as UserCode,
  offered: [0, 2],
  personId: 'carol',
  session: holder.session,
  expiresAt: NOW + 900,
}
const sealed = sealDeviceTicket(ticket, signer)

describe('openDeviceTicket', () => {
  it('opens what was sealed, for the person and the session it was sealed for', () => {
    expect(openDeviceTicket(sealed, signer, holder)).toEqual({ ok: true, value: ticket })
  })

  it.each([
    ['another person', { personId: 'dave' }],
    ['a person whose id has another type', { personId: 42 }],
    ['another session', { session: hashSession('another cookie') }],
  ])('refuses %s', (_who, changes) =>
    expect(openDeviceTicket(sealed, signer, { ...holder, ...changes })).toEqual({
      ok: false,
      error: { reason: 'ticket-of-another-session' },
    }),
  )

  it('ends with the code', () => {
    expect(openDeviceTicket(sealed, signer, { ...holder, now: NOW + 900 })).toMatchObject({
      error: { reason: 'ticket-expired' },
    })
  })

  it.each([
    ['nothing', ''],
    ['a changed ticket', sealed.replace(/^./u, (first) => (first === 'a' ? 'b' : 'a'))],
    ['a ticket of another server', sealDeviceTicket(ticket, createSigner('another secret'))],
    ['the same text as a cookie', signer.sign(ticket, 'actor')],
    [
      'the ticket of a consent page',
      sealTicket(
        {
          request: {
            clientId: 'c'.repeat(32) as ClientId,
            redirectUri: 'https://app.example/cb' as RedirectUri,
            state: null,
            scope: { access: 'full' },
            codeChallenge: null,
            resource: null,
            asksRefresh: false,
          },
          offered: [],
          personId: 'carol',
          session: holder.session,
          nonce: 'n',
          expiresAt: NOW + 900,
        },
        signer,
      ),
    ],
  ])('refuses %s', (_what, text) =>
    expect(openDeviceTicket(text, signer, holder)).toEqual({
      ok: false,
      error: { reason: 'ticket-forged' },
    }),
  )
})
