import { fail, ok, type Result } from '../../../plugin.ts'
import type { ClientKind } from './client.ts'
import type { RedirectUri } from './ids.ts'
import { isRedirectUri } from './redirect-uri.ts'

/** What somebody sent to register or change a client, from a form or from JSON. */
export type RegistrationFields = {
  readonly name: string
  readonly redirectUris: readonly string[]
  /** Null when it was left out. */
  readonly kind: string | null
}

/** A registration that can be stored. */
export type Registration = {
  readonly name: string
  readonly redirectUris: readonly RedirectUri[]
  readonly kind: ClientKind
}

export type RegistrationFailure =
  | { readonly reason: 'incomplete' }
  | { readonly reason: 'name-too-long' }
  | { readonly reason: 'name-not-showable' }
  | { readonly reason: 'too-many-redirect-uris' }
  | { readonly reason: 'redirect-uri-refused' }
  | { readonly reason: 'unknown-client-type' }

/** Longest name of a client, in characters (Unicode code points). */
export const MAX_NAME_LENGTH = 200

/** Most redirect URIs of one client. */
export const MAX_REDIRECT_URIS = 10

/**
 * Checks a registration. Spaces around values are dropped, and so are repeated redirect URIs; without a type the
 * client is confidential.
 */
export function checkRegistration(fields: RegistrationFields): Result<Registration, RegistrationFailure> {
  const name = fields.name.trim()
  // Spaces only: a tab or line end inside an address is a way past filters, not a slip of the keyboard.
  const asked = new Set(
    fields.redirectUris.map((uri) => uri.replaceAll(/^ +|(?<! ) +$/gu, '')).filter((uri) => uri !== ''),
  )
  if (name === '' || asked.size === 0) return fail({ reason: 'incomplete' })
  if (Array.from(name).length > MAX_NAME_LENGTH) return fail({ reason: 'name-too-long' })
  const isBlank = name.replaceAll(INVISIBLE, '') === ''
  if (isBlank || UNSHOWABLE.test(name) || !name.isWellFormed()) return fail({ reason: 'name-not-showable' })
  if (asked.size > MAX_REDIRECT_URIS) return fail({ reason: 'too-many-redirect-uris' })

  const redirectUris = [...asked].filter(isRedirectUri)
  if (redirectUris.length < asked.size) return fail({ reason: 'redirect-uri-refused' })

  const kind = fields.kind ?? 'confidential'
  if (kind !== 'confidential' && kind !== 'public') return fail({ reason: 'unknown-client-type' })
  return ok({ name, redirectUris, kind })
}

/** A name from elsewhere as it may stand on a page: without what cannot be shown, and not too long; null when nothing is left. */
export function showableName(name: string): string | null {
  const shown = Array.from(name.toWellFormed().replaceAll(new RegExp(UNSHOWABLE, 'gu'), ' ').trim())
    .slice(0, MAX_NAME_LENGTH)
    .join('')
    .trim()
  return shown.replaceAll(INVISIBLE, '') === '' ? null : shown
}

/** The failure in words for whoever registers the client. */
export function registrationError(failure: RegistrationFailure): string {
  switch (failure.reason) {
    case 'incomplete':
      return 'client_name and redirect_uri are required'
    case 'name-too-long':
      return `client_name can have at most ${MAX_NAME_LENGTH} characters`
    case 'name-not-showable':
      return 'client_name must be visible and cannot have control characters, line ends or marks that turn the direction of text'
    case 'too-many-redirect-uris':
      return `A client can have at most ${MAX_REDIRECT_URIS} redirect URIs`
    case 'redirect-uri-refused':
      return (
        'redirect_uri must be an absolute URI without fragment and user info: https, http on 127.0.0.1, [::1] ' +
        'or localhost, or a private-use scheme with a dot in it (com.example.app:/callback). Its query must not have ' +
        'code, state, iss, error, error_description or error_uri, which answers have'
      )
    case 'unknown-client-type':
      return 'client_type must be confidential or public'
  }
}

/**
 * What would let a name rearrange the consent page on which it stands: control characters, line and paragraph
 * separators, and every mark that turns the direction of text (UAX #9).
 */
const UNSHOWABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u

/** What leaves no mark: a name of these alone would be a gap in "Give … access?". Beside others they join letters and emoji. */
const INVISIBLE = /[\p{Cf}\p{Default_Ignorable_Code_Point}\p{Z}\u2800]/gu
