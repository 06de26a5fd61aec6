import { sql, type Kysely } from 'kysely'
import { z } from 'zod'
import { loadPersonId, ok, type Result } from '../../../plugin.ts'
import { COMMAND_LINE_CLIENT_ID } from '../protocol/ids.ts'
import { loadPerson } from '../protocol/person.ts'
import { loadOwner } from '../storage/clients.ts'
import type { OAuthTables } from '../storage/tables.ts'
import { declaredSchema } from '../storage/unvouched-clients.ts'
import { DUMP_HEAD, type ClientLine } from './dump.ts'

const PAGE = 1000

/** Prints every client and every grant, a line each. What is made meanwhile may be missing; nothing of what is printed refers to what is not. */
export async function exportAll(
  db: Kysely<OAuthTables>,
  print: (line: string) => void,
): Promise<Result<null, string>> {
  print(JSON.stringify(DUMP_HEAD))
  const clients = await readClients(db)
  for (const client of clients) print(JSON.stringify(client))

  const known = new Set<string>([COMMAND_LINE_CLIENT_ID, ...clients.map(({ client_id }) => client_id)])
  for (let after: string | null = ''; after !== null;) {
    const rows = await db
      .selectFrom('tapedeck_oauth_grants')
      .selectAll()
      .where(sql<string>`grant_id`, '>', after)
      .orderBy('grant_id')
      .limit(PAGE)
      .execute()
    for (const row of rows) {
      if (!known.has(row.client_id)) continue
      const grant = {
        ...row,
        user_id: loadPersonId(row.user_id),
        person: loadPerson(row.person),
        scopes: z.json().parse(JSON.parse(row.scopes)),
      }
      print(JSON.stringify({ type: 'grant', ...grant }))
    }
    after = rows.length < PAGE ? null : (rows.at(-1)?.grant_id ?? null)
  }
  return ok(null)
}

/** Clients with what is theirs, as one moment has them. */
function readClients(db: Kysely<OAuthTables>): Promise<readonly ClientLine[]> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('tapedeck_oauth_clients')
      .selectAll()
      .where('client_id', '<>', COMMAND_LINE_CLIENT_ID)
      .orderBy('created_at')
      .orderBy('position')
      .orderBy('client_id')
      .execute()
    const secrets = await trx
      .selectFrom('tapedeck_oauth_client_secrets')
      .selectAll()
      .orderBy('position')
      .execute()
    const ofClient = Map.groupBy(secrets, ({ client_id }) => client_id)
    const unvouched = await trx.selectFrom('tapedeck_oauth_unvouched_clients').selectAll().execute()
    const unvouchedOf = new Map(
      unvouched.map(({ client_id, declared, ...known }) => [
        client_id,
        { ...known, declared: declaredSchema.parse(JSON.parse(declared)) },
      ]),
    )
    return rows.map((row) => ({
      type: 'client',
      client_id: row.client_id,
      client_name: row.client_name,
      client_type: row.client_type,
      redirect_uris: z.array(z.string()).parse(JSON.parse(row.redirect_uris)),
      created_by: loadOwner(row.created_by),
      created_at: row.created_at,
      secrets: (ofClient.get(row.client_id) ?? []).map((secret) => ({
        secret_id: secret.secret_id,
        secret_hash: secret.secret_hash,
        created_at: secret.created_at,
        last_used_at: secret.last_used_at,
      })),
      unvouched: unvouchedOf.get(row.client_id) ?? null,
    }))
  })
}
