import { createHash, createHmac } from 'node:crypto'
import { deflateSync, inflateSync } from 'node:zlib'
import type { JsonValue } from '../http/json.ts'
import { fail, ok, type Result } from '../result.ts'
import { equalInConstantTime } from './constant-time.ts'
import { parseWithWrittenNumbers } from './written-numbers.ts'

/** Signs JSON values the way itsdangerous does (host.md §1.2), so that Datasette accepts ours and we accept theirs. */
export interface Signer {
  sign(value: JsonValue, namespace: string): string
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
 * Makes the signer of one server. `secret` is used as its UTF-8 bytes, untrimmed (host.md §1.1).
 *
 * Namespaces are fixed words of this program; their keys are kept.
 */
export function createSigner(secret: string): Signer {
  const keys = new Map<string, Buffer>()

  const signatureOf = (body: string, namespace: string): string => {
    const key = keys.get(namespace) ?? deriveKey(secret, namespace)
    keys.set(namespace, key)
    return createHmac('sha1', key).update(body, 'utf8').digest('base64url')
  }

  return {
    sign: (value, namespace) => {
      const body = encodeBody(value)
      return `${body}.${signatureOf(body, namespace)}`
    },
    verify: (text, namespace, writtenKeys = []) => {
      const end = text.lastIndexOf('.')
      if (end === -1) return fail('bad-signature')
      const body = text.slice(0, end)
      // Texts are compared, not the bytes they decode to: the last base64 digit has spare bits that would let
      // several texts pass for one signature.
      if (!equalInConstantTime(text.slice(end + 1), signatureOf(body, namespace)))
        return fail('bad-signature')
      return decodeBody(body, writtenKeys)
    },
  }
}

function deriveKey(secret: string, namespace: string): Buffer {
  return createHash('sha1').update(namespace).update('signer').update(secret).digest()
}

function encodeBody(value: JsonValue): string {
  const json = Buffer.from(JSON.stringify(value), 'utf8')
  const compressed = deflateSync(json)
  if (compressed.length < json.length - 1) return `.${compressed.toString('base64url')}`
  return json.toString('base64url')
}

function decodeBody(body: string, writtenKeys: readonly string[]): Result<JsonValue, 'bad-payload'> {
  try {
    const bytes = body.startsWith('.')
      ? inflateSync(Buffer.from(body.slice(1), 'base64url'), { maxOutputLength: MAX_INFLATED_BYTES })
      : Buffer.from(body, 'base64url')
    return ok(parseWithWrittenNumbers(new TextDecoder('utf-8', { fatal: true }).decode(bytes), writtenKeys))
  } catch {
    return fail('bad-payload')
  }
}
