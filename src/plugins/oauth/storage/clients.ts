import { sql, type Kysely, type Selectable } from 'kysely'
import { z } from 'zod'
import { loadPersonId, storePersonId, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import { MAX_LIVE_SECRETS, type Client } from '../protocol/client.ts'
import type { ClientId, SecretHash, SecretId } from '../protocol/ids.ts'
import { isRedirectUri } from '../protocol/redirect-uri.ts'
import type { Registration } from '../protocol/registration.ts'
import type { GrantChanges } from './grant-changes.ts'
import type { OAuthTables } from './tables.ts'

/** A secret that works, without the secret. */
export type LiveSecret = {
  readonly id: SecretId
  readonly hash: SecretHash
  readonly createdAt: EpochSeconds
}

/** Registered clients and their secrets. */
export class ClientStore {
  readonly #db: Kysely<OAuthTables>
  readonly #changes: GrantChanges

  constructor(db: Kysely<OAuthTables>, changes: GrantChanges) {
    this.#db = db
    this.#changes = changes
  }

  /** The client of this id, or null. */
  async find(clientId: ClientId): Promise<Client | null> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_clients')
      .selectAll()
      .where('client_id', '=', clientId)
      .executeTakeFirst()
    return row === undefined ? null : toClient(row)
  }

  /** The clients that this person registered, oldest first. */
  async listOf(owner: PersonId): Promise<readonly Client[]> {
    const rows = await this.#db
      .selectFrom('tapedeck_oauth_clients')
      .selectAll()
      .where('created_by', '=', storePersonId(owner))
      .orderBy('position')
      .orderBy('client_id')
      .execute()
    return rows.map(toClient)
  }

  /** Stores a new client; `secret` is null for a public one. */
  async create(client: Client, secret: LiveSecret | null): Promise<void> {
    await this.#db.transaction().execute((trx) => insertClient(trx, client, secret))
  }

  /** Changes the name and the redirect URIs. The type stays: the client's code was written for it. */
  async change(clientId: ClientId, registration: Pick<Registration, 'name' | 'redirectUris'>): Promise<void> {
    await this.#changes.make(async (trx) => {
      const changed = await trx
        .updateTable('tapedeck_oauth_clients')
        .set({ client_name: registration.name, redirect_uris: JSON.stringify(registration.redirectUris) })
        .where('client_id', '=', clientId)
        .executeTakeFirst()
      return changed.numUpdatedRows
    })
  }

  /** Deletes the client with its secrets, codes, device requests and grants: the tokens of a grant that is gone are refused. */
  async delete(clientId: ClientId): Promise<void> {
    await this.#changes.make(async (trx) => {
      await trx.deleteFrom('tapedeck_oauth_device_requests').where('client_id', '=', clientId).execute()
      await trx.deleteFrom('tapedeck_oauth_codes').where('client_id', '=', clientId).execute()
      const grants = await trx
        .deleteFrom('tapedeck_oauth_grants')
        .where('client_id', '=', clientId)
        .executeTakeFirst()
      await trx.deleteFrom('tapedeck_oauth_client_secrets').where('client_id', '=', clientId).execute()
      await trx.deleteFrom('tapedeck_oauth_clients').where('client_id', '=', clientId).execute()
      return grants.numDeletedRows
    })
  }

  /** The secrets that work, oldest first. */
  async secrets(clientId: ClientId): Promise<readonly LiveSecret[]> {
    const rows = await this.#db
      .selectFrom('tapedeck_oauth_client_secrets')
      .selectAll()
      .where('client_id', '=', clientId)
      .orderBy('position')
      .execute()
    return rows.map((row) => ({ id: row.secret_id, hash: row.secret_hash, createdAt: row.created_at }))
  }

  /** Adds a secret beside the present one. False when two work already: one must be retired first. */
  async addSecret(clientId: ClientId, secret: LiveSecret): Promise<boolean> {
    return insertSecret(this.#db, clientId, secret)
  }

  /** Ends a secret. False when there is none of that id, or when it is the last: a client without one is locked out. */
  async retireSecret(clientId: ClientId, secretId: SecretId): Promise<boolean> {
    const gone = await this.#db
      .deleteFrom('tapedeck_oauth_client_secrets')
      .where('client_id', '=', clientId)
      .where('secret_id', '=', secretId)
      .where((where) =>
        where(
          where
            .selectFrom('tapedeck_oauth_client_secrets')
            .select(sql<number>`count(*)`.as('live'))
            .where('client_id', '=', clientId),
          '>',
          1,
        ),
      )
      .executeTakeFirst()
    return gone.numDeletedRows > 0n
  }
}

/** Stores a client with its secret, in the transaction `trx`. */
export async function insertClient(
  trx: Kysely<OAuthTables>,
  client: Client,
  secret: LiveSecret | null,
): Promise<void> {
  const createdBy = client.createdBy === null ? NOBODY : storePersonId(client.createdBy)
  await trx
    .insertInto('tapedeck_oauth_clients')
    .values((values) => ({
      client_id: client.clientId,
      client_name: client.name,
      client_type: client.kind,
      redirect_uris: JSON.stringify(client.redirectUris),
      created_by: createdBy,
      created_at: client.createdAt,
      position: values
        .selectFrom('tapedeck_oauth_clients')
        .select(sql<number>`coalesce(max(position), 0) + 1`.as('next'))
        .where('created_by', '=', createdBy),
    }))
    .execute()
  if (secret !== null) await insertSecret(trx, client.clientId, secret)
}

/** How a row says that nobody here registered the client. No person's id is stored so. */
const NOBODY = 'null'

/** One statement counts and inserts, so that two rotations at once do not leave three secrets. */
export async function insertSecret(
  db: Kysely<OAuthTables>,
  clientId: ClientId,
  secret: LiveSecret,
): Promise<boolean> {
  const added = await db
    .insertInto('tapedeck_oauth_client_secrets')
    .columns(['secret_id', 'client_id', 'secret_hash', 'created_at', 'position'])
    .expression((select) =>
      select
        .selectFrom('tapedeck_oauth_client_secrets')
        .select([
          sql<SecretId>`${secret.id}`.as('secret_id'),
          sql<ClientId>`${clientId}`.as('client_id'),
          sql<SecretHash>`${secret.hash}`.as('secret_hash'),
          sql<EpochSeconds>`cast(${secret.createdAt} as bigint)`.as('created_at'),
          sql<number>`coalesce(max(position), 0) + 1`.as('position'),
        ])
        .where('client_id', '=', clientId)
        .having(sql<boolean>`count(*) < cast(${MAX_LIVE_SECRETS} as bigint)`),
    )
    .executeTakeFirst()
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
}

function toClient(row: Selectable<OAuthTables['tapedeck_oauth_clients']>): Client {
  return {
    clientId: row.client_id,
    name: row.client_name,
    kind: row.client_type,
    // Rows pass the present rules again: an address that is no longer acceptable is no longer used.
    redirectUris: z.array(z.string()).parse(JSON.parse(row.redirect_uris)).filter(isRedirectUri),
    createdBy: row.created_by === NOBODY ? null : loadPersonId(row.created_by),
    createdAt: row.created_at,
  }
}
