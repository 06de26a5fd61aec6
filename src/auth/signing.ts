import { createHash, createHmac, createSecretKey, type KeyObject } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import type { JsonValue } from '../http/json.ts'
import { fail, ok, type Result } from '../result.ts'
import { equalInConstantTime } from './constant-time.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'

/** Signs JSON values the way itsdangerous does (host.md §1.2), so that Datasette accepts ours and we accept theirs. */
export interface Signer {
  sign(value: JsonValue, namespace: string): string
  /** The value as every secret signs it that is accepted now, the present one first: what was derived from a signature is found again. */
  signatures(value: JsonValue, namespace: string): readonly string[]
  /**
   * A keyed hash of a text: 160 bits as base64url, for what is derived from the present secret and not read back. Its namespace is not one of
   * `sign`: the text could be the body of a signed value.
   */
  mac(text: string, namespace: string): string
  /** Whether what the previous secret signed is accepted at this moment. */
  acceptsPrevious(): boolean
  /**
   * `bad-payload`: the signature is right but the content is not JSON. Under `writtenKeys` a number may come as the
   * text it is written with (see `parseWithWrittenNumbers`).
   */
  verify(
    text: string,
    namespace: string,
    writtenKeys?: readonly string[],
  ): Result<JsonValue, 'bad-signature' | 'bad-payload'>
}

/** No cookie or token of ours comes near this. It bounds what a compressed body may grow to, in bytes. */
const MAX_INFLATED_BYTES = 65_536

/**
 * What a body of some hundred bytes needs of zlib: by default it takes 280 KB for each, which is gone at once and makes the collector of
 * garbage run. Anybody can read what comes of it (RFC 1950).
 */
const SMALL_DEFLATE = { windowBits: 9, memLevel: 1, chunkSize: 1024 } as const
const SMALL_INFLATE = { maxOutputLength: MAX_INFLATED_BYTES, chunkSize: 1024 } as const

/** The secret before the present one: what it signed is accepted for a while, and nothing is signed with it. */
export type FormerSecret = { readonly secret: string; readonly isAccepted: () => boolean }

/**
 * Makes the signer of one server. Secrets are used as their UTF-8 bytes, untrimmed (host.md §1.1). What the present secret signed
 * costs one HMAC to check, anything else one for each secret.
 */
export function createSigner(secret: string, previous: FormerSecret | null = null): Signer {
  const present = createMac(secret)
  const former = previous === null ? null : createMac(previous.secret)
  const acceptedFormer = (): Mac | null => (previous?.isAccepted() === true ? former : null)

  return {
    sign: (value, namespace) => {
      const body = encodeBody(value)
      return `${body}.${present(body, namespace)}`
    },
    signatures: (value, namespace) => {
      const body = encodeBody(value)
      return [present, acceptedFormer()].flatMap((mac) =>
        mac === null ? [] : [`${body}.${mac(body, namespace)}`],
      )
    },
    mac: present,
    acceptsPrevious: () => acceptedFormer() !== null,
    verify: (text, namespace, writtenKeys = []) => {
      const end = text.lastIndexOf('.')
      if (end === -1) return fail('bad-signature')
      const body = text.slice(0, end)
      // Texts are compared, not the bytes they decode to: the last base64 digit has spare bits that would let
      // several texts pass for one signature.
      const signature = text.slice(end + 1)
      const isSignedBy = (mac: Mac | null) =>
        mac !== null && equalInConstantTime(signature, mac(body, namespace))
      if (!isSignedBy(present) && !isSignedBy(acceptedFormer())) return fail('bad-signature')
      return decodeBody(body, writtenKeys)
    },
  }
}

type Mac = (body: string, namespace: string) => string

/** Namespaces are fixed words of this program; their keys are kept, and as key objects: to make one of bytes costs more than the HMAC. */
function createMac(secret: string): Mac {
  const keys = new Map<string, KeyObject>()
  return (body, namespace) => {
    const key = keys.get(namespace) ?? deriveKey(secret, namespace)
    keys.set(namespace, key)
    return createHmac('sha1', key).update(body, 'utf8').digest('base64url')
  }
}

function deriveKey(secret: string, namespace: string): KeyObject {
  return createSecretKey(createHash('sha1').update(namespace).update('signer').update(secret).digest())
}

function encodeBody(value: JsonValue): string {
  const json = Buffer.from(JSON.stringify(value), 'utf8')
  const compressed = deflateSync(json, SMALL_DEFLATE)
  if (compressed.length < json.length - 1) return `.${compressed.toString('base64url')}`
  return json.toString('base64url')
}

function decodeBody(body: string, writtenKeys: readonly string[]): Result<JsonValue, 'bad-payload'> {
  try {
    const bytes = body.startsWith('.')
      ? inflateSync(Buffer.from(body.slice(1), 'base64url'), SMALL_INFLATE)
      : Buffer.from(body, 'base64url')
    return ok(parseWithWrittenNumbers(new TextDecoder('utf-8', { fatal: true }).decode(bytes), writtenKeys))
  } catch {
    return fail('bad-payload')
  }
}
