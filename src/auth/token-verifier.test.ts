import { describe, expect, it, vi } from 'vitest'
import { fail, ok } from '../result.ts'
import { createSigner, type Signer } from './signing.ts'
import { signToken } from './token-format.ts'
import { createTokenVerifier } from './token-verifier.ts'

const signer = createSigner('test-secret')
const tokenOf = (id: string) => signToken(signer, { a: id, t: 0 })

function counted(): { signer: Signer; verify: ReturnType<typeof vi.fn<Signer['verify']>> } {
  const verify = vi.fn<Signer['verify']>((...args) => signer.verify(...args))
  return { signer: { ...signer, verify }, verify }
}

describe('createTokenVerifier', () => {
  it('checks the signature of a token once', () => {
    const { signer, verify } = counted()
    const verifyToken = createTokenVerifier(signer, 10)
    expect(verifyToken(tokenOf('ann'))).toEqual(ok({ a: 'ann', t: 0 }))
    expect(verifyToken(tokenOf('ann'))).toEqual(ok({ a: 'ann', t: 0 }))
    expect(verify).toHaveBeenCalledTimes(1)
  })

  it('forgets the token that was not seen for longest', () => {
    const { signer, verify } = counted()
    const verifyToken = createTokenVerifier(signer, 2)
    for (const id of ['ann', 'bob', 'ann', 'eve']) verifyToken(tokenOf(id))
    expect(verify).toHaveBeenCalledTimes(3)
    verifyToken(tokenOf('ann'))
    expect(verify).toHaveBeenCalledTimes(3)
    verifyToken(tokenOf('bob'))
    expect(verify).toHaveBeenCalledTimes(4)
  })

  it('T107: forgets everything when the previous secret is not accepted any more', () => {
    let isAccepted = true
    const rotated = createSigner('new', { secret: 'test-secret', isAccepted: () => isAccepted })
    const verifyToken = createTokenVerifier(rotated, 10)
    expect(verifyToken(tokenOf('ann'))).toEqual(ok({ a: 'ann', t: 0 }))
    isAccepted = false
    expect(verifyToken(tokenOf('ann'))).toEqual(fail('bad-signature'))
  })

  it('does not remember what says much, however short the token is', () => {
    const { signer, verify } = counted()
    const verifyToken = createTokenVerifier(signer, 10)
    const long = tokenOf('a'.repeat(5000))
    expect(long.length).toBeLessThan(200)
    verifyToken(long)
    expect(verifyToken(long).ok).toBe(true)
    expect(verify).toHaveBeenCalledTimes(2)
  })

  it('does not remember forgeries', () => {
    const { signer, verify } = counted()
    const verifyToken = createTokenVerifier(signer, 1)
    verifyToken(tokenOf('ann'))
    for (let i = 0; i < 3; i += 1) expect(verifyToken(`dstok_forged${i}.x`)).toEqual(fail('bad-signature'))
    verifyToken(tokenOf('ann'))
    expect(verify).toHaveBeenCalledTimes(4)
  })
})
