import { sql, type Kysely } from 'kysely'
import { isClientId, type ClientId } from '../protocol/ids.ts'
import type { OAuthTables } from './tables.ts'

/** Most apps that a part of a name stands for. */
const MAX_NAMED = 50

/** The clients that somebody looks for with this text: the one of this id, whether it exists or not, or those with this in their name, in any case. */
export async function clientsCalled(db: Kysely<OAuthTables>, text: string): Promise<readonly ClientId[]> {
  if (isClientId(text)) return [text]
  const rows = await db
    .selectFrom('tapedeck_oauth_clients')
    .select('client_id')
    .where(sql`lower(client_name)`, 'like', sql`lower(${containing(text)}) escape '\\'`)
    .limit(MAX_NAMED)
    .execute()
  return rows.map((row) => row.client_id)
}

function containing(text: string): string {
  return `%${text.replaceAll(/[\\%_]/gu, String.raw`\$&`)}%`
}
