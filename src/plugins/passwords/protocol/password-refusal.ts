import type { PasswordFault } from './password-rule.ts'

/** Why a password opens nothing. */
export type PasswordRefusal =
  | { readonly kind: 'wrong' }
  | { readonly kind: 'too-many'; readonly retryAfterSeconds: number }
  | { readonly kind: 'busy' }

/** Why a password was not replaced: the old one opens nothing, or the new one will not do. `same`: it is the old one. */
export type NewPasswordRefusal =
  | PasswordRefusal
  | { readonly kind: 'unusable'; readonly fault: PasswordFault | 'same' }
