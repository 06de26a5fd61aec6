/**
 * What is wrong with a registration in words for the person who filled in the form, field by field and line by line. Programs
 * get the one sentence of `registrationError`.
 */
import { fail, ok, visible, type Result } from '../../../plugin.ts'
import { isRedirectUri, MAX_REDIRECT_URI_LENGTH } from './redirect-uri.ts'
import {
  checkRegistration,
  MAX_NAME_LENGTH,
  MAX_REDIRECT_URIS,
  registrationError,
  type Registration,
  type RegistrationFailure,
  type RegistrationFields,
} from './registration.ts'

/** A sentence for each field that is wrong, null for one that is not. */
export type RegistrationFaults = { readonly [Field in keyof RegistrationFields]: string | null }

/**
 * Checks what was typed. It refuses what `checkRegistration` does, and a `*`: it would stand for itself, and whoever types
 * one means a wildcard.
 */
export function checkTyped(fields: RegistrationFields): Result<Registration, RegistrationFaults> {
  const reasonWith = (changes: Partial<RegistrationFields>) => {
    const checked = checkRegistration({ ...GOOD, ...changes })
    return checked.ok ? null : checked.error
  }
  const nameFailure = reasonWith({ name: fields.name })
  const urisFailure = reasonWith({ redirectUris: fields.redirectUris })
  const kindFailure = reasonWith({ kind: fields.kind })
  const faults = {
    name: nameFailure === null ? null : nameFault(nameFailure),
    redirectUris: redirectUrisFault(fields.redirectUris, urisFailure),
    kind: kindFailure === null ? null : 'Choose confidential or public.',
  }
  const checked = checkRegistration(fields)
  return checked.ok && faults.redirectUris === null ? ok(checked.value) : fail(faults)
}

const GOOD: RegistrationFields = { name: 'good', redirectUris: ['https://app.example/'], kind: null }

function nameFault(failure: RegistrationFailure): string {
  switch (failure.reason) {
    case 'incomplete':
      return 'Write a name.'
    case 'name-too-long':
      return `Write at most ${MAX_NAME_LENGTH} characters.`
    case 'name-not-showable':
      return 'Write a name that can be seen, without control characters, line ends and marks that turn the direction of text.'
    case 'too-many-redirect-uris':
    case 'redirect-uri-refused':
    case 'unknown-client-type':
      return registrationError(failure)
  }
}

function redirectUrisFault(lines: readonly string[], failure: RegistrationFailure | null): string | null {
  if (failure?.reason === 'incomplete') return 'Write at least one address.'
  if (failure?.reason === 'too-many-redirect-uris') return `Write at most ${MAX_REDIRECT_URIS} addresses.`
  const faults = lines.flatMap((line, index) => {
    const uri = line.replaceAll(/^ +|(?<! ) +$/gu, '')
    const fault = uri === '' ? null : redirectUriFault(uri)
    return fault === null ? [] : [`Line ${index + 1} (${shortened(uri)}) ${fault}.`]
  })
  return faults.length === 0 ? null : faults.join(' ')
}

const shortened = (uri: string): string => visible(uri.length > 60 ? `${uri.slice(0, 60)}…` : uri)

/** The end of a sentence about one address ("has no scheme"); null for one that is right. */
function redirectUriFault(uri: string): string | null {
  if (uri.includes('*')) return 'has a * in it: addresses are matched exactly, so write each one out'
  if (isRedirectUri(uri)) return null
  if (/[\s,;][a-z][a-z0-9+.-]*:\/\//iu.test(uri)) return 'has more than one address: write one a line'
  if (/[\s\p{Cc}]/u.test(uri)) return 'has a space or a tab in it: take it out, or write %20'
  const { scheme, rest = '' } = /^(?<scheme>[a-z][a-z0-9+.-]*):(?<rest>.*)$/iu.exec(uri)?.groups ?? {}
  if (scheme === undefined || /^\d/u.test(rest)) return 'has no scheme: begin with https://'
  if (uri.includes('#')) return 'has a fragment: take out # and what follows'
  if (/^\/\/[^/?]*@/u.test(rest)) return 'has a user name in it: take out @ and what is before it'
  if (uri.length > MAX_REDIRECT_URI_LENGTH) return `is longer than ${MAX_REDIRECT_URI_LENGTH} characters`
  if (/[^!-~]/u.test(uri)) return 'has letters that addresses do not have: percent-encode them'
  if (!URL.canParse(uri)) return 'is not a complete address'
  if (/^http$/iu.test(scheme)) {
    return 'has the scheme http: that is for 127.0.0.1, [::1] and localhost, everything else needs https'
  }
  if (!/^https$/iu.test(scheme) && !scheme.includes('.')) {
    return `has the scheme ${scheme}: use https, or a private scheme with a dot in it (com.example.app:/callback)`
  }
  return 'is not a complete address'
}
