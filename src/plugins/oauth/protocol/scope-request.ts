/**
 * What a client asks for: the scope parameter in either of its two forms, turned into one list that the
 * consent page shows and the decision is made on. Everything that is not understood is refused.
 */
import { fail, ok, type Action, type Result } from '../../../plugin.ts'
import { FULL_ACCESS, OFFLINE_ACCESS, reaches, toScope, type Scope } from './scope.ts'
import { parseJsonScopes } from './scope-json.ts'
import { parsePlainScopes } from './scope-plain.ts'

/** Finds an action by full name or abbreviation, or null. */
export type FindAction = (nameOrAbbr: string) => Action | null

/** One line of a request. What has no effect is shown and never granted. */
export type RequestedScope = { readonly scope: Scope; readonly hasEffect: boolean }

/** A whole request. Asking for full access includes everything else that was asked for beside it. */
export type ScopeRequest =
  | { readonly access: 'full' }
  | { readonly access: 'listed'; readonly scopes: readonly RequestedScope[] }

export type ScopeFailure =
  | { readonly reason: 'scope-too-long' }
  | { readonly reason: 'scope-malformed' }
  | { readonly reason: 'scope-too-many' }
  | { readonly reason: 'scope-empty' }
  | { readonly reason: 'scope-unknown-action'; readonly action: string }
  | { readonly reason: 'scope-without-effect' }

/** Longest scope parameter, in bytes of UTF-8. */
export const MAX_SCOPE_BYTES = 8192

/** Most scopes of one request, counted after short names became what they stand for. */
export const MAX_SCOPES = 100

/** What a client that names no scope asks for. */
const DEFAULT_SCOPE = 'read'

/**
 * Reads a scope parameter. Text that begins with `[` is the JSON form, any other the plain form; a plain form that
 * names nothing stands for `read`, while an empty array is a fault.
 *
 * An action at a level that it does not have is kept as a line without effect; a request of nothing else is
 * a fault. Abbreviations become full names, and what is asked twice is kept once.
 */
export function parseScopeRequest(text: string, findAction: FindAction): Result<ScopeRequest, ScopeFailure> {
  if (!isReadable(text)) return fail({ reason: 'scope-too-long' })
  const asked = readForm(text)
  if (asked === null) return fail({ reason: 'scope-malformed' })
  if (asked.length > MAX_SCOPES) return fail({ reason: 'scope-too-many' })

  let isFullAccess = false
  const lines = new Map<string, RequestedScope>()
  for (const scope of asked) {
    const [name, ...place] = scope
    if (isWord(scope, OFFLINE_ACCESS)) continue
    if (isWord(scope, FULL_ACCESS)) {
      isFullAccess = true
      continue
    }
    const action = findAction(name)
    const named = action === null ? null : toScope([action.name, ...place])
    if (action === null || named === null) return fail({ reason: 'scope-unknown-action', action: name })
    lines.set(JSON.stringify(named), { scope: named, hasEffect: reaches(action.level, named) })
  }

  if (isFullAccess) return ok({ access: 'full' })
  const scopes = [...lines.values()]
  if (scopes.length === 0) return fail({ reason: 'scope-empty' })
  if (!scopes.some(({ hasEffect }) => hasEffect)) return fail({ reason: 'scope-without-effect' })
  return ok({ access: 'listed', scopes })
}

/** Whether a scope parameter asks for a refresh token (`offline_access`). */
export function asksForRefresh(text: string): boolean {
  return isReadable(text) && (parseForm(text)?.some((scope) => isWord(scope, OFFLINE_ACCESS)) ?? false)
}

/** Whether a scope parameter names no scope: it is empty, or only words that grant nothing are in it. An empty array is a fault. */
export function namesNothing(text: string): boolean {
  if (!isReadable(text)) return false
  const asked = parseForm(text)
  if (asked === null || (asked.length === 0 && text.startsWith('['))) return false
  return asked.every((scope) => isWord(scope, OFFLINE_ACCESS))
}

function isReadable(text: string): boolean {
  return Buffer.byteLength(text, 'utf8') <= MAX_SCOPE_BYTES
}

function readForm(text: string): readonly Scope[] | null {
  return !text.startsWith('[') && namesNothing(text) ? parsePlainScopes(DEFAULT_SCOPE) : parseForm(text)
}

function parseForm(text: string): readonly Scope[] | null {
  return text.startsWith('[') ? parseJsonScopes(text) : parsePlainScopes(text)
}

function isWord(scope: Scope, word: string): boolean {
  return scope.length === 1 && scope[0] === word
}
