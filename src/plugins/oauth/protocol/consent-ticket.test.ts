import { describe, expect, it } from 'vitest'
import { createSigner } from '../../../auth/signing.ts'
import type { JsonValue } from '../../../http/json.ts'
import { CONSENT_TICKET_TTL_SECONDS, openTicket, sealTicket, type ConsentTicket } from './consent-ticket.ts'
import { hashSession, type ClientId, type CodeChallenge, type RedirectUri } from './ids.ts'

const NOW = 1_800_000_000
const signer = createSigner('a secret')
const holder = { personId: 'carol', session: hashSession('cookie'), now: NOW }

const ticket: ConsentTicket = {
  request: {
    clientId: 'a'.repeat(32) as ClientId,
    redirectUri: 'https://app.example/cb' as RedirectUri,
    state: 'ü&=%+',
    scope: { access: 'listed', scopes: [{ scope: ['view-table', 'db', 't'], hasEffect: true }] },
    codeChallenge: 'c'.repeat(43) as CodeChallenge,
    resource: null,
    asksRefresh: true,
  },
  offered: [0],
  personId: 'carol',
  session: hashSession('cookie'),
  nonce: 'f'.repeat(64),
  expiresAt: NOW + CONSENT_TICKET_TTL_SECONDS,
}

describe('openTicket', () => {
  it('gives back what was sealed', () => {
    expect(openTicket(sealTicket(ticket, signer), signer, holder)).toEqual({ ok: true, value: ticket })
  })

  it('gives back a request for full access', () => {
    const full: ConsentTicket = {
      ...ticket,
      request: { ...ticket.request, scope: { access: 'full' } },
      offered: [],
    }
    expect(openTicket(sealTicket(full, signer), signer, holder)).toEqual({ ok: true, value: full })
  })

  it('refuses a ticket of another person, and one of another session of the same person', () => {
    const sealed = sealTicket(ticket, signer)
    const foreign = { ok: false, error: { reason: 'ticket-of-another-session' } }
    expect(openTicket(sealed, signer, { ...holder, personId: 'bob' })).toEqual(foreign)
    expect(openTicket(sealed, signer, { ...holder, session: hashSession('other') })).toEqual(foreign)
  })

  it('keeps a person whose id is a number apart from one whose id is its digits', () => {
    const sealed = sealTicket({ ...ticket, personId: 42 }, signer)
    expect(openTicket(sealed, signer, { ...holder, personId: 42 })).toEqual({
      ok: true,
      value: { ...ticket, personId: 42 },
    })
    expect(openTicket(sealed, signer, { ...holder, personId: '42' })).toEqual({
      ok: false,
      error: { reason: 'ticket-of-another-session' },
    })
  })

  it('ends with its time, and still tells what was asked', () => {
    const sealed = sealTicket(ticket, signer)
    expect(openTicket(sealed, signer, { ...holder, now: ticket.expiresAt - 1 }).ok).toBe(true)
    expect(openTicket(sealed, signer, { ...holder, now: ticket.expiresAt })).toEqual({
      ok: false,
      error: { reason: 'ticket-expired', page: ticket },
    })
  })

  it.each([
    ['nothing', ''],
    ['text that nobody signed', 'abc.def'],
    ['a ticket of another server', sealTicket(ticket, createSigner('another secret'))],
    ['a ticket with one letter changed', sealTicket(ticket, signer).replace(/^(..)./u, '$1_')],
    ['a text that was signed for something else', signer.sign(ticket, 'token')],
  ])('refuses %s', (_attack, text) => {
    expect(openTicket(text, signer, holder)).toEqual({ ok: false, error: { reason: 'ticket-forged' } })
  })

  it.each<[string, JsonValue]>([
    [
      'a scope without parts',
      {
        ...ticket,
        request: { ...ticket.request, scope: { access: 'listed', scopes: [{ scope: [], hasEffect: true }] } },
      },
    ],
    [
      'a redirect URI that is none',
      { ...ticket, request: { ...ticket.request, redirectUri: 'javascript:alert(1)' } },
    ],
    ['a person without a name', { ...ticket, personId: null }],
    ['a key too many', { ...ticket, admin: true }],
    ['a list', []],
  ])('refuses %s even with a good signature', (_fault, content) => {
    const text = signer.sign(content, 'tapedeck-oauth-consent')
    expect(openTicket(text, signer, holder)).toEqual({ ok: false, error: { reason: 'ticket-forged' } })
  })
})
