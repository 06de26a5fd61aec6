import { z } from 'zod'
import type { ScopeRequest } from './scope-request.ts'
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

/** A request as this server understood it. */
export const scopeRequestSchema = z.discriminatedUnion('access', [
  z.strictObject({ access: z.literal('full') }),
  z.strictObject({
    access: z.literal('listed'),
    scopes: z.array(z.strictObject({ scope: scopeSchema, hasEffect: z.boolean() })),
  }),
])

/** Reads back what `storeScopeRequest` wrote. Throws for anything else. */
export function loadScopeRequest(text: string): ScopeRequest {
  return scopeRequestSchema.parse(JSON.parse(text))
}

/** Writes a request for a device's row. */
export function storeScopeRequest(request: ScopeRequest): string {
  return JSON.stringify(request)
}

/** Reads back what `storeGrantedScopes` wrote. Throws for anything else: no guess may stand in for a lost decision. */
export function loadGrantedScopes(text: string): GrantedScopes {
  return grantedScopesSchema.parse(JSON.parse(text))
}

/** Writes a decision for the grant's row. */
export function storeGrantedScopes(granted: GrantedScopes): string {
  return JSON.stringify(granted)
}
