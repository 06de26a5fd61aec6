import type { AuditEventWords } from '../../pages/audit.tsx'
import type { AuditEvent } from '../../storage/tables.ts'

const WORDS: Readonly<Record<AuditEvent, string>> = {
  'client.created': 'somebody registered an app, or it did so itself',
  'client.changed': 'the name or the addresses of an app were changed',
  'client.deleted': 'an app was deleted',
  'client.secret_rotated': 'an app got a new secret',
  'client.secret_retired': 'an old secret of an app was switched off',
  'client.authentication_failed': 'an app could not prove who it is',
  'consent.granted': 'a person let an app in; from then on it could',
  'consent.denied': 'a person turned an app down',
  'code.issued': 'an app got a code to fetch a token with',
  'code.redeemed': 'an app spent its code',
  'code.replayed': 'a code was sent a second time, so its access ended',
  'device.approved': 'a person let a device in; from then on it could',
  'device.denied': 'a person turned a device down',
  'grant.narrowed': 'a part of an access was taken back; what was left',
  'grant.ended': 'an access was ended',
  'token.issued': 'an app got a token',
  'token.refreshed': 'an app got a fresh token',
  'token.revoked': 'an app gave its token back',
  'token.reuse_detected': 'an old refresh token was used again, so its access ended',
}

/** An event with what it comes to. */
export function eventWords(name: AuditEvent): AuditEventWords {
  return { name, words: WORDS[name] }
}
