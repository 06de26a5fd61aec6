import { z } from 'zod'
import { branded } from '../protocol/page-ticket.ts'
import { declaredSchema } from '../storage/unvouched-clients.ts'
import { isClientId, isGrantId, isSecretHash, isSecretId, type GrantId } from '../protocol/ids.ts'

/**
 * What `export` prints and `import` reads: JSON lines, first what it is, then clients, then grants. Secrets are hashes: who reads them
 * cannot use them. Codes and requests of devices are not in it, since they last minutes.
 */
export const DUMP_HEAD = { type: 'tapedeck-oauth', version: 1 } as const

const seconds = z.number().int().nonnegative()
const personId = z.union([z.string().min(1), z.number()])

export const headSchema = z.strictObject({
  type: z.literal(DUMP_HEAD.type),
  version: z.literal(DUMP_HEAD.version),
})

export const clientLineSchema = z.strictObject({
  type: z.literal('client'),
  client_id: branded(isClientId),
  client_name: z.string(),
  client_type: z.enum(['confidential', 'public']),
  redirect_uris: z.array(z.string()),
  created_by: personId.nullable(),
  created_at: seconds,
  secrets: z
    .array(
      z.strictObject({
        secret_id: branded(isSecretId),
        secret_hash: branded(isSecretHash),
        created_at: seconds,
        last_used_at: seconds.nullable(),
      }),
    )
    .max(2),
  /** Of a client that nobody here registered; null for any other. */
  unvouched: z
    .strictObject({
      network: z.string().nullable(),
      // Exports of earlier versions have none.
      site_network: z.string().nullable().default(null),
      registered_at: seconds,
      granted_at: seconds.nullable(),
      declared: declaredSchema,
    })
    .nullable(),
})

export const grantLineSchema = z.strictObject({
  type: z.literal('grant'),
  grant_id: z.custom<GrantId>(isGrantId),
  client_id: branded(isClientId),
  user_id: personId,
  person: z.record(z.string(), z.json()),
  scopes: z.json(),
  resource: z.string().nullable(),
  created_at: seconds,
  ended_at: seconds.nullable(),
  refresh_hash: branded(isSecretHash).nullable(),
  refresh_previous_hash: branded(isSecretHash).nullable(),
  refresh_rotated_at: seconds.nullable(),
  refresh_expires_at: seconds.nullable(),
  refresh_ends_at: seconds.nullable(),
  last_used_at: seconds.nullable(),
  last_used_address: z.string().nullable(),
  narrowed_at: seconds.nullable(),
  ends_at: seconds.nullable(),
})

export const lineSchema = z.discriminatedUnion('type', [clientLineSchema, grantLineSchema])

export type ClientLine = z.infer<typeof clientLineSchema>
export type GrantLine = z.infer<typeof grantLineSchema>
