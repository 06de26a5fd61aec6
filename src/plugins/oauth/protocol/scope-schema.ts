import { z } from 'zod'
import type { GrantedScopes } from './scope.ts'

const name = z.string().min(1)

/** A scope as this server wrote it earlier. What clients send is read by `parseScopeRequest`. */
export const scopeSchema = z.union([
  z.tuple([name]).readonly(),
  z.tuple([name, name]).readonly(),
  z.tuple([name, name, name]).readonly(),
])

const grantedScopesSchema = z.discriminatedUnion('access', [
  z.strictObject({ access: z.literal('full') }),
  z.strictObject({ access: z.literal('listed'), scopes: z.tuple([scopeSchema], scopeSchema).readonly() }),
])

/** Reads back what `storeGrantedScopes` wrote. Throws for anything else: no guess may stand in for a lost decision. */
export function loadGrantedScopes(text: string): GrantedScopes {
  return grantedScopesSchema.parse(JSON.parse(text))
}

/** Writes a decision for the grant's row. */
export function storeGrantedScopes(granted: GrantedScopes): string {
  return JSON.stringify(granted)
}
