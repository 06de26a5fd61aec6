import type { Kysely } from 'kysely'
import type { EpochSeconds, Random } from '../../../plugin.ts'
import { isClientIdUrl } from '../protocol/client-id-url.ts'
import { isClientId, isSecretHash, newSecretId } from '../protocol/ids.ts'
import { isRedirectUri } from '../protocol/redirect-uri.ts'
import { showableName } from '../protocol/registration.ts'
import { insertClient } from './clients.ts'
import type { OAuthTables } from './tables.ts'

/** The clients of datasette-oauth 0.1a0, as it made their table (host.md §13.4). Nothing is ever written to it. */
type TheirTables = {
  readonly oauth_clients: {
    readonly client_id: string
    /** SHA-256 of the secret, in lower-case hex, as ours are. */
    readonly client_secret_hash: string
    readonly client_name: string
    readonly redirect_uri: string
    /** The actor's id as text. */
    readonly created_by: string
    /** `2026-01-02T03:04:05Z` */
    readonly created_at: string
  }
}

const THEIR_COLUMNS = [
  'client_id',
  'client_secret_hash',
  'client_name',
  'redirect_uri',
  'created_by',
  'created_at',
] as const

/**
 * Takes over the clients that datasette-oauth has left in the internal database, each once and for good: one that was deleted here does not
 * come back, and one that was registered there later comes at the next start. All or none, whatever number of processes start at once.
 * Gives a sentence for each client that does not work as it did.
 */
export async function adoptClients(
  db: Kysely<OAuthTables>,
  random: Random,
  now: EpochSeconds,
): Promise<readonly string[]> {
  const tables = await db.introspection.getTables()
  const theirs = tables.find(({ name }) => name === 'oauth_clients')
  const has = new Set(theirs?.columns.map(({ name }) => name))
  if (!THEIR_COLUMNS.every((column) => has.has(column))) return []

  return db.transaction().execute(async (trx) => {
    const found = await trx
      .$extendTables<TheirTables>()
      .selectFrom('oauth_clients')
      .select(THEIR_COLUMNS)
      .where('client_id', 'not in', (select) =>
        select.selectFrom('tapedeck_oauth_adopted_clients').select('client_id'),
      )
      .orderBy('created_at')
      .orderBy('client_id')
      .execute()
    // SQLite keeps in a column of texts what is none.
    const rows = found.filter((row) => THEIR_COLUMNS.every((column) => typeof row[column] === 'string'))
    const warnings: string[] = []
    if (rows.length < found.length) {
      warnings.push(
        'The table oauth_clients of datasette-oauth has rows with values that are no texts: they were left out',
      )
    }
    for (const row of rows) warnings.push(...(await adopt(trx, row, random, now)))
    for (const { client_id } of rows) {
      await trx.insertInto('tapedeck_oauth_adopted_clients').values({ client_id, adopted_at: now }).execute()
    }
    return warnings
  })
}

async function adopt(
  trx: Kysely<OAuthTables>,
  row: TheirTables['oauth_clients'],
  random: Random,
  now: EpochSeconds,
): Promise<readonly string[]> {
  const { client_id: clientId, client_secret_hash: hash } = row
  const name = showableName(row.client_name) ?? clientId
  const which = `The OAuth app ${JSON.stringify(name)} (${JSON.stringify(clientId)}) of datasette-oauth`
  if (!isClientId(clientId) || isClientIdUrl(clientId) || !isSecretHash(hash) || row.created_by === '') {
    return [`${which} was left out: its row is not as datasette-oauth writes one`]
  }
  const ours = trx.selectFrom('tapedeck_oauth_clients').select('client_id').where('client_id', '=', clientId)
  // It came here another way, with an import for example.
  if ((await ours.executeTakeFirst()) !== undefined) return []

  const createdAt = Math.floor(Date.parse(row.created_at) / 1000)
  const registered = createdAt >= 0 ? createdAt : now
  const redirectUris = [row.redirect_uri].filter(isRedirectUri)
  await insertClient(
    trx,
    { clientId, name, kind: 'confidential', redirectUris, createdBy: row.created_by, createdAt: registered },
    { id: newSecretId(random), hash, createdAt: registered, lastUsedAt: null },
  )
  return [
    ...(redirectUris.length === 0
      ? [
          `${which} cannot send people back to ${JSON.stringify(row.redirect_uri)}: ${JSON.stringify(row.created_by)} gives it another redirect URI at /-/oauth/clients/${clientId}`,
        ]
      : []),
    ...(name === row.client_name
      ? []
      : [`${which} was called ${JSON.stringify(row.client_name)}, which cannot be shown`]),
  ]
}
