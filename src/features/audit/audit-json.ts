import type { AuditEntry } from '../../events/audit-search.ts'
import type { JsonObject } from '../../http/json.ts'
import { formatIso } from '../../ui/time.tsx'

/** An entry as `/-/audit.json` writes it; a key that does not apply is null. */
export function entryJson(entry: AuditEntry): JsonObject {
  return {
    id: entry.entryId,
    at: formatIso(entry.at),
    event: entry.event,
    actor_id: entry.actorId,
    token: entry.isToken,
    client_id: entry.grant?.client.id ?? null,
    client_name: entry.grant?.client.name ?? null,
    grant_id: entry.grant?.id ?? null,
    address: entry.address,
    database: entry.database,
    table: entry.table,
    pks: entry.pks,
    num_rows: entry.numRows,
    ...entry.details,
  }
}
