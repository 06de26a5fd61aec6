import { verifyToken } from '../../auth/token-format.ts'
import { isJsonObject, type JsonValue } from '../../http/json.ts'
import { visible } from '../../http/visible-text.ts'
import { describeAction, type SentencePart } from '../../permissions/describe-action.ts'
import type { Permissions } from '../../permissions/permissions.ts'
import { listEntries, readAllowlist } from '../../permissions/restrictions.ts'
import type { ToolDeps } from './tools.ts'

/** What is known of a token. Of one that was not signed here nothing is: its content could say anything. */
export type TokenFacts = {
  /** Why it is refused now; null for a good one. */
  readonly refusal: string | null
  readonly actorId: JsonValue
  /** Seconds since 1970; null when it does not say. */
  readonly createdAt: number | null
  /** Null for one that does not expire by itself. */
  readonly expiresAt: number | null
  /** Whether an app has it from a person, who can take it back. */
  readonly isOfApp: boolean
  /** As written; null for a token without any. */
  readonly restrictions: JsonValue
  /** What it may do at most, a sentence each; null for whatever its owner may do. */
  readonly may: readonly (readonly SentencePart[])[] | null
}

const UNKNOWN = {
  actorId: null,
  createdAt: null,
  expiresAt: null,
  isOfApp: false,
  restrictions: null,
  may: [],
} as const

/** Reads a token as a request with it would be read. */
export async function readTokenFacts(
  { authenticate, permissions, signer }: ToolDeps,
  token: string,
): Promise<TokenFacts> {
  const verified = verifyToken(signer, token)
  if (!verified.ok || !isJsonObject(verified.value)) {
    return {
      ...UNKNOWN,
      refusal: token === '' ? 'There is no token' : 'It was not signed here, or was changed',
    }
  }
  const payload = verified.value
  // A header cannot hold every text; what was verified is one line of letters and digits.
  const identity = await authenticate(
    new Request('http://localhost/', { headers: { authorization: `Bearer ${token}` } }),
    null,
  )
  const actor = identity.kind === 'known' ? identity.actor : null
  const { a, t, d, g, _r } = payload
  const stated = typeof t === 'number' && typeof d === 'number' && d !== 0 ? t + d : null
  const expires = actor?.['token_expires']
  return {
    refusal: identity.kind === 'refused' ? identity.message : null,
    actorId: a ?? null,
    createdAt: dateOf(t),
    expiresAt: dateOf(typeof expires === 'number' ? expires : stated),
    isOfApp: g !== undefined,
    restrictions: _r ?? null,
    may: _r === undefined ? null : mayOf(permissions, _r),
  }
}

/** The last second of the year 9999. What is later is as good as never. */
const LAST_DATE = 253_402_300_799

function dateOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && Math.abs(value) <= LAST_DATE
    ? value
    : null
}

/** Restrictions in words. Names of actions that nobody has here do nothing, and are said to. */
function mayOf(permissions: Permissions, restrictions: JsonValue): readonly (readonly SentencePart[])[] {
  const allowlist = readAllowlist({ _r: restrictions })
  if (allowlist === null) return []
  return listEntries(allowlist).map(({ action: name, database, resource }) => {
    const action = permissions.findAction(name)
    if (action === null) return [{ text: 'Nothing: there is no action ' }, { name: visible(name) }]
    if (database === null) return describeAction(action, []).sentence
    return describeAction(action, resource === null ? [database] : [database, resource]).sentence
  })
}
