import { describe, expect, it } from 'vitest'
import { createSigner } from '../../../auth/signing.ts'
import { hashSession, type ClientId, type ClientSecret } from './ids.ts'
import { openSecret, sealSecret } from './secret-note.ts'

const signer = createSigner('a secret')
const clientId = 'a1'.repeat(16) as ClientId
const secret = 'c3'.repeat(32) as ClientSecret
const holder = { personId: 'ann', session: hashSession('one'), now: 1_800_000_000 }

describe('openSecret', () => {
  it('reads the note for a minute', async () => {
    const note = await sealSecret(secret, clientId, signer, holder)
    expect(note).not.toContain(secret)
    expect(await openSecret(note, clientId, signer, { ...holder, now: holder.now + 59 })).toBe(secret)
    expect(await openSecret(note, clientId, signer, { ...holder, now: holder.now + 60 })).toBeNull()
  })

  it('reads it for nobody else, in no other session, for no other app and on no other server', async () => {
    const note = await sealSecret(secret, clientId, signer, holder)
    for (const [id, key, other] of [
      ['b2'.repeat(16) as ClientId, signer, holder],
      [clientId, createSigner('another secret'), holder],
      [clientId, signer, { ...holder, personId: 'ben' }],
      [clientId, signer, { ...holder, session: hashSession('two') }],
    ] as const) {
      expect(await openSecret(note, id, key, other)).toBeNull()
    }
    for (const text of ['', 'x', 'a.b.c.d.e', `${note.slice(0, -2)}AA`]) {
      expect(await openSecret(text, clientId, signer, holder)).toBeNull()
    }
  })
})
