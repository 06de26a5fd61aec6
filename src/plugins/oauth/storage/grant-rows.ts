import { sql, type RawBuilder, type Selectable, type SqlBool } from 'kysely'
import { loadPersonId, type EpochSeconds } from '../../../plugin.ts'
import type { Grant } from '../protocol/grant.ts'
import { loadGrantedScopes } from '../protocol/scope-schema.ts'
import type { OAuthTables } from './tables.ts'

/** The columns that `toGrant` reads, of a table that is called `grant`. */
export const GRANT_COLUMNS = [
  'grant.grant_id',
  'grant.user_id',
  'grant.scopes',
  'grant.resource',
  'grant.ended_at',
  'grant.refresh_ends_at',
] as const

/** Reads a grant's row. */
export function toGrant(
  row: Pick<
    Selectable<OAuthTables['tapedeck_oauth_grants']>,
    'grant_id' | 'user_id' | 'scopes' | 'resource' | 'ended_at' | 'refresh_ends_at'
  >,
): Grant {
  return {
    grantId: row.grant_id,
    userId: loadPersonId(row.user_id),
    scopes: loadGrantedScopes(row.scopes),
    resource: row.resource,
    endedAt: row.ended_at,
    refreshEndsAt: row.refresh_ends_at,
  }
}

/**
 * A condition: a grant of a table of this name has not ended, neither by anybody nor by its time. It is written as the indexes
 * have it, so that grants of a person that are over cost nothing.
 */
export function grantLasts(table: string, now: EpochSeconds): RawBuilder<SqlBool> {
  const column = (name: string) => sql.ref(`${table}.${name}`)
  return sql<SqlBool>`${column('ended_at')} is null and coalesce(${column('ends_at')}, 9007199254740991) > ${now}`
}

/** A condition: the grant that this column names has not ended. In the statement that spends a code it leaves no gap to end it in. */
export function grantLives(
  column: 'tapedeck_oauth_codes.grant_id' | 'tapedeck_oauth_device_requests.grant_id',
): RawBuilder<SqlBool> {
  return sql<SqlBool>`exists (
    select 1 from tapedeck_oauth_grants as grant_of
    where grant_of.grant_id = ${sql.ref(column)} and grant_of.ended_at is null)`
}
