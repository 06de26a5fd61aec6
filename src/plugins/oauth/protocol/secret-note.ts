/**
 * A note with a new client secret, for the page that a POST redirects to. It travels in a cookie, encrypted (RFC 7516) under a
 * key that only this server can make, and that only the person, browser session and app of the note lead to.
 */
import { createHash } from 'node:crypto'
import { EncryptJWT, errors, jwtDecrypt } from 'jose'
import type { Signer } from '../../../plugin.ts'
import type { ClientId, ClientSecret } from './ids.ts'
import type { TicketHolder } from './page-ticket.ts'

/** How long a browser has for the redirect, in seconds. */
export const SECRET_NOTE_TTL_SECONDS = 60

const METHODS = { alg: 'dir', enc: 'A256GCM' } as const

/** Writes the note. */
export async function sealSecret(
  secret: ClientSecret,
  clientId: ClientId,
  signer: Signer,
  holder: TicketHolder,
): Promise<string> {
  return new EncryptJWT({ secret })
    .setProtectedHeader(METHODS)
    .setExpirationTime(holder.now + SECRET_NOTE_TTL_SECONDS)
    .encrypt(keyOf(clientId, signer, holder))
}

/** Reads a note. Null for everything but a note about this app, for this person in this session, that is not over. */
export async function openSecret(
  note: string,
  clientId: ClientId,
  signer: Signer,
  holder: TicketHolder,
): Promise<string | null> {
  try {
    const { payload } = await jwtDecrypt(note, keyOf(clientId, signer, holder), {
      keyManagementAlgorithms: [METHODS.alg],
      contentEncryptionAlgorithms: [METHODS.enc],
      currentDate: new Date(holder.now * 1000),
      requiredClaims: ['exp'],
    })
    return typeof payload['secret'] === 'string' ? payload['secret'] : null
  } catch (error) {
    if (error instanceof errors.JOSEError) return null
    throw error
  }
}

/** A signature has 160 bits, so two make one key of 256. */
function keyOf(clientId: ClientId, signer: Signer, { personId, session }: TicketHolder): Uint8Array {
  const holder = [clientId, personId, session]
  return createHash('sha256')
    .update(signer.sign(holder, 'tapedeck-oauth-secret-note-1'))
    .update(signer.sign(holder, 'tapedeck-oauth-secret-note-2'))
    .digest()
}
