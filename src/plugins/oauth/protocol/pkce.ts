import { createHash } from 'node:crypto'
import { equalInConstantTime } from '../../../plugin.ts'
import type { CodeChallenge } from './ids.ts'

/** Whether text can be a challenge: 43 to 128 unreserved characters (RFC 7636 §4.2). */
export function isCodeChallenge(text: string): text is CodeChallenge {
  return UNRESERVED.test(text)
}

/**
 * Whether the verifier belongs to the challenge by the method `S256`, the only one (RFC 7636 §4.6). A verifier of
 * another form than RFC 7636 §4.1 allows never does.
 */
export function verifierMatches(verifier: string, challenge: CodeChallenge): boolean {
  if (!UNRESERVED.test(verifier)) return false
  const computed = createHash('sha256').update(verifier, 'ascii').digest('base64url')
  return equalInConstantTime(computed, challenge)
}

const UNRESERVED = /^[A-Za-z0-9\-._~]{43,128}$/u
