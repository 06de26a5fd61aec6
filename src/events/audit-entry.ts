import type { Insertable } from 'kysely'
import { isTokenActor } from '../auth/actor.ts'
import { personIdOf, storePersonId } from '../auth/person-id.ts'
import type { AppGrant } from '../auth/scheme.ts'
import type { JsonObject } from '../http/json.ts'
import type { AuditTables } from './audit-tables.ts'
import type { TrackedEvent } from './event.ts'

/** A row for the trail. */
export type NewAuditEntry = Insertable<AuditTables['tapedeck_audit']>

/** What is known of the request that did it. */
export type Circumstances = {
  /** What the app was given that sent it; null for a person at a browser, and for a token that no app was given. */
  readonly grant: AppGrant | null
  /** The network address of the client. */
  readonly address: string
  /** Set where nobody knows whether it was done. */
  readonly outcome: 'unknown' | undefined
}

/**
 * Writes an event as rows: who, with which app's grant, what, when and from where. One event is one row, but for SQL that
 * changed several tables: that is a row for each of them.
 */
export function auditEntries(
  event: TrackedEvent,
  { grant, address, outcome }: Circumstances,
): readonly NewAuditEntry[] {
  const { actor, created, name } = event
  const personId = personIdOf(actor)
  const entry: NewAuditEntry = {
    at: created,
    event: name,
    actor_id: personId === null ? null : storePersonId(personId),
    is_token: actor !== null && isTokenActor(actor) ? 1 : 0,
    client_id: grant?.client.id ?? null,
    client_name: grant?.client.name ?? null,
    grant_id: grant?.id ?? null,
    address,
    database_name: null,
    table_name: null,
    pks: null,
    num_rows: null,
    details: null,
  }
  return whatWasDone(event).map(({ details, ...deed }) => {
    const facts = outcome === undefined ? details : { ...details, outcome }
    return { ...entry, ...deed, details: facts === undefined ? null : JSON.stringify(facts) }
  })
}

type Deed = Partial<Pick<NewAuditEntry, 'database_name' | 'table_name' | 'pks' | 'num_rows'>> & {
  readonly details?: JsonObject
}

/** Schemas stay out: they are long, and the table shows what holds now. */
function whatWasDone(event: TrackedEvent): readonly Deed[] {
  switch (event.name) {
    case 'login':
    case 'logout':
      return [{}]
    case 'create-token':
      return [
        details({
          expires_after: event.expires_after,
          restrict_all: event.restrict_all,
          restrict_database: event.restrict_database,
          restrict_resource: event.restrict_resource,
        }),
      ]
    case 'create-table':
    case 'alter-table':
      return [onTable(event.database, event.table)]
    case 'drop-table': {
      const { database, table, effects } = event
      return [{ ...onTable(database, table), ...(effects.length > 0 && details({ effects })) }]
    }
    case 'rename-table':
      return [{ ...onTable(event.database, event.old_table), ...details({ new_table: event.new_table }) }]
    case 'insert-rows': {
      const { ignore, num_rows, replace } = event
      return [{ ...onTable(event.database, event.table), num_rows, ...details({ ignore, replace }) }]
    }
    case 'upsert-rows':
      return [{ ...onTable(event.database, event.table), num_rows: event.num_rows }]
    case 'update-row':
    case 'delete-row':
      return [{ ...onTable(event.database, event.table), pks: JSON.stringify(event.pks), num_rows: 1 }]
    case 'set-column-type': {
      const { column, column_type } = event
      return [{ ...onTable(event.database, event.table), ...details({ column, column_type }) }]
    }
    case 'execute-write':
      return sqlByTable(event)
    case 'store-query':
    case 'update-query':
    case 'delete-query':
      return [{ database_name: event.database, ...details({ query: event.query }) }]
  }
}

function sqlByTable({
  database,
  query,
  effects,
  num_rows,
}: Extract<TrackedEvent, { name: 'execute-write' }>): readonly Deed[] {
  if (effects.length === 0) return [{ database_name: database, num_rows, ...details({ query }) }]
  const byTable = Map.groupBy(effects, ({ table }) => table)
  // How many of them were of which table is not known.
  const known = byTable.size === 1 ? num_rows : null
  return Array.from(byTable, ([table, ofTable]) => ({
    ...onTable(database, table),
    num_rows: known,
    ...details({ query, operations: ofTable.map(({ operation }) => operation) }),
  }))
}

const onTable = (database: string, table: string) => ({ database_name: database, table_name: table })

const details = (facts: JsonObject) => ({ details: facts })
