import { sql, type Kysely, type Selectable } from 'kysely'
import { z } from 'zod'
import { loadPersonId, Statement, storePersonId, type EpochSeconds, type PersonId } from '../../../plugin.ts'
import { MAX_LIVE_SECRETS, type Client, type ClientKind } from '../protocol/client.ts'
import type { ClientId, SecretHash, SecretId } from '../protocol/ids.ts'
import { isRedirectUri, MAX_REDIRECT_URI_LENGTH } from '../protocol/redirect-uri.ts'
import type { Registration } from '../protocol/registration.ts'
import { DueUses, EVERY_SECONDS } from './due-uses.ts'
import type { GrantChanges } from './grant-changes.ts'
import { grantLasts } from './grant-rows.ts'
import type { OAuthTables } from './tables.ts'

/** A secret that works, without the secret. */
export type LiveSecret = {
  readonly id: SecretId
  readonly hash: SecretHash
  readonly createdAt: EpochSeconds
  /** To the minute; null when it was never used. */
  readonly lastUsedAt: EpochSeconds | null
}

/** What decides whether a client proves itself: its type, and the secrets that work, oldest first. */
export type ProvingClient = Pick<Client, 'clientId' | 'kind'> & { readonly secrets: readonly LiveSecret[] }

/** What is known of a client's use. */
export type ClientUse = {
  /** How many people give it access now. */
  readonly people: number
  /** When it was last given access, used a token or proved itself with a secret; null for never. */
  readonly lastUsedAt: EpochSeconds | null
}

/** The last authorization request of a client whose redirect URI was refused. */
export type RefusedRedirect = { readonly redirectUri: string; readonly at: EpochSeconds }

type Db = Kysely<OAuthTables>

const FIND_PROVING = new Statement((db: Db, { clientId }: { readonly clientId: ClientId }) =>
  db
    .selectFrom('tapedeck_oauth_clients as client')
    .leftJoin('tapedeck_oauth_client_secrets as secret', 'secret.client_id', 'client.client_id')
    .select(['client.client_type', 'secret.secret_id', 'secret.secret_hash'])
    .select(['secret.created_at', 'secret.last_used_at'])
    .where('client.client_id', '=', clientId)
    .orderBy('secret.position'),
)

/** Registered clients and their secrets. */
export class ClientStore {
  readonly #db: Kysely<OAuthTables>
  readonly #changes: GrantChanges
  readonly #secretUses = new DueUses<SecretId>()

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

  /** The same as it is proven. */
  async findProving(clientId: ClientId): Promise<ProvingClient | null> {
    const rows = await FIND_PROVING.all(this.#db, { clientId })
    const [client] = rows
    if (client === undefined) return null
    const secrets = rows.flatMap((row) => {
      const { secret_id: id, secret_hash: hash, created_at: createdAt, last_used_at: lastUsedAt } = row
      return id === null || hash === null || createdAt === null ? [] : [{ id, hash, createdAt, lastUsedAt }]
    })
    return { clientId, kind: client.client_type, secrets }
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

  /** Changes the name, which token checks remember, and the redirect URIs. */
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

  /**
   * Makes a client public or confidential. `secret` is the first of a client that becomes confidential; one that becomes public
   * loses its secrets, and what only they protected: codes, refresh tokens and requests of devices that nobody has decided.
   * Without a secret whoever has one of those could use it. False when the client is of this type already.
   */
  async changeKind(
    clientId: ClientId,
    kind: ClientKind,
    secret: LiveSecret | null,
    now: EpochSeconds,
  ): Promise<boolean> {
    return this.#changes.make(async (trx) => {
      const changed = await trx
        .updateTable('tapedeck_oauth_clients')
        .set({ client_type: kind })
        .where('client_id', '=', clientId)
        .where('client_type', '<>', kind)
        .executeTakeFirst()
      if (changed.numUpdatedRows === 0n) return 0n
      await trx.deleteFrom('tapedeck_oauth_client_secrets').where('client_id', '=', clientId).execute()
      await trx
        .updateTable('tapedeck_oauth_codes')
        .set({ expires_at: now })
        .where('client_id', '=', clientId)
        .where('expires_at', '>', now)
        .execute()
      if (kind === 'public') await endWhatSecretsProtected(trx, clientId, now)
      if (secret !== null) await insertSecret(trx, clientId, secret)
      return changed.numUpdatedRows
    })
  }

  /** The use of these clients. What it costs does not grow with the grants that are over. */
  async uses(clientIds: readonly ClientId[], now: EpochSeconds): Promise<ReadonlyMap<ClientId, ClientUse>> {
    if (clientIds.length === 0) return new Map()
    const grants = await this.#db
      .selectFrom('tapedeck_oauth_clients as client')
      .select([
        'client.client_id',
        sql<number>`(select count(distinct given.user_id) from tapedeck_oauth_grants as given
          where given.client_id = ${sql.ref('client.client_id')} and ${grantLasts('given', now)})`.as(
          'people',
        ),
        sql<EpochSeconds | null>`(select coalesce(used.last_used_at, used.created_at)
          from tapedeck_oauth_grants as used where used.client_id = ${sql.ref('client.client_id')}
          order by coalesce(used.last_used_at, used.created_at) desc limit 1)`.as('last_used_at'),
      ])
      .where('client.client_id', 'in', clientIds)
      .execute()
    const secrets = await this.#db
      .selectFrom('tapedeck_oauth_client_secrets')
      .select(({ fn }) => ['client_id', fn.max('last_used_at').as('last_used_at')])
      .where('client_id', 'in', clientIds)
      .groupBy('client_id')
      .execute()
    const uses = new Map<ClientId, ClientUse>()
    for (const row of [...grants, ...secrets.map((secret) => ({ ...secret, people: 0 }))]) {
      const known = uses.get(row.client_id) ?? { people: 0, lastUsedAt: null }
      uses.set(row.client_id, {
        people: known.people + row.people,
        lastUsedAt: later(known.lastUsedAt, row.last_used_at),
      })
    }
    return uses
  }

  /** Notes that a secret was used, once a minute. */
  async noteSecretUse(secret: LiveSecret, now: EpochSeconds): Promise<void> {
    if (!this.#secretUses.isDue(secret.id, secret.lastUsedAt, now)) return
    await this.#db
      .updateTable('tapedeck_oauth_client_secrets')
      .set({ last_used_at: now })
      .where('secret_id', '=', secret.id)
      .where((where) =>
        where.or([where('last_used_at', 'is', null), where('last_used_at', '<=', now - EVERY_SECONDS)]),
      )
      .execute()
  }

  /** Keeps the last refused redirect URI of a client: one, shortened, and the same one once a minute. Nothing for a client that has no row. */
  async noteRefusedRedirect(clientId: ClientId, redirectUri: string, now: EpochSeconds): Promise<void> {
    // Databases keep no NUL in texts.
    const kept = redirectUri.slice(0, MAX_REDIRECT_URI_LENGTH).toWellFormed().replaceAll('\0', '\uFFFD')
    await this.#db
      .updateTable('tapedeck_oauth_clients')
      .set({ refused_redirect_uri: kept, refused_at: now })
      .where('client_id', '=', clientId)
      .where((where) =>
        where.or([
          where('refused_redirect_uri', 'is', null),
          where('refused_redirect_uri', '<>', kept),
          where('refused_at', '<=', now - EVERY_SECONDS),
        ]),
      )
      .execute()
  }

  /** The last refused redirect URI of a client; null while there was none. */
  async refusedRedirect(clientId: ClientId): Promise<RefusedRedirect | null> {
    const row = await this.#db
      .selectFrom('tapedeck_oauth_clients')
      .select(['refused_redirect_uri', 'refused_at'])
      .where('client_id', '=', clientId)
      .executeTakeFirst()
    if (row === undefined || row.refused_redirect_uri === null || row.refused_at === null) return null
    return { redirectUri: row.refused_redirect_uri, at: row.refused_at }
  }

  /** Deletes the client with its secrets, codes, device requests and grants: the tokens of a grant that is gone are refused. */
  async delete(clientId: ClientId): Promise<void> {
    await this.#changes.make((trx) => deleteClients(trx, [clientId]))
  }

  /** The secrets that work, oldest first. */
  async secrets(clientId: ClientId): Promise<readonly LiveSecret[]> {
    const rows = await this.#db
      .selectFrom('tapedeck_oauth_client_secrets')
      .selectAll()
      .where('client_id', '=', clientId)
      .orderBy('position')
      .execute()
    return rows.map((row) => ({
      id: row.secret_id,
      hash: row.secret_hash,
      createdAt: row.created_at,
      lastUsedAt: row.last_used_at,
    }))
  }

  /** Adds a secret beside the present one. False when two work already: one must be retired first. */
  async addSecret(clientId: ClientId, secret: LiveSecret): Promise<boolean> {
    return this.#changes.make(async (trx) => ((await insertSecret(trx, clientId, secret)) ? 1n : 0n))
  }

  /** Ends a secret. False when there is none of that id, or when it is the last: a client without one is locked out. */
  async retireSecret(clientId: ClientId, secretId: SecretId): Promise<boolean> {
    return this.#changes.make(async (trx) => {
      const gone = await trx
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
      return gone.numDeletedRows
    })
  }
}

function later(one: EpochSeconds | null, other: EpochSeconds | null): EpochSeconds | null {
  return one === null || other === null ? (one ?? other) : Math.max(one, other)
}

/** Ends refreshing, and what devices wait for, approved or not. */
async function endWhatSecretsProtected(
  db: Kysely<OAuthTables>,
  clientId: ClientId,
  now: EpochSeconds,
): Promise<void> {
  await db
    .updateTable('tapedeck_oauth_grants')
    .set({
      refresh_hash: null,
      refresh_previous_hash: null,
      refresh_rotated_at: null,
      refresh_expires_at: null,
      refresh_ends_at: null,
    })
    .where('client_id', '=', clientId)
    .execute()
  await db
    .updateTable('tapedeck_oauth_device_requests')
    .set({ expires_at: now })
    .where('client_id', '=', clientId)
    .where('expires_at', '>', now)
    .where('status', 'in', ['pending', 'approved'])
    .execute()
}

/** How a row says that nobody here registered the client. No person's id is stored so. */
const NOBODY = 'null'

/** Stores a client, with its secret if it has one, in the caller's transaction. */
export async function insertClient(
  db: Kysely<OAuthTables>,
  client: Client,
  secret: LiveSecret | null,
): Promise<void> {
  const createdBy = client.createdBy === null ? NOBODY : storePersonId(client.createdBy)
  await db
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
  if (secret !== null) await insertSecret(db, client.clientId, secret)
}

/** Deletes clients with all that is theirs, in the caller's transaction, and tells how many clients that were. */
export async function deleteClients(
  db: Kysely<OAuthTables>,
  clientIds: readonly ClientId[],
): Promise<bigint> {
  await db.deleteFrom('tapedeck_oauth_device_requests').where('client_id', 'in', clientIds).execute()
  await db.deleteFrom('tapedeck_oauth_codes').where('client_id', 'in', clientIds).execute()
  await db.deleteFrom('tapedeck_oauth_grants').where('client_id', 'in', clientIds).execute()
  await db.deleteFrom('tapedeck_oauth_client_secrets').where('client_id', 'in', clientIds).execute()
  await db.deleteFrom('tapedeck_oauth_unvouched_clients').where('client_id', 'in', clientIds).execute()
  const clients = await db
    .deleteFrom('tapedeck_oauth_clients')
    .where('client_id', 'in', clientIds)
    .executeTakeFirst()
  return clients.numDeletedRows
}

/** One statement counts and inserts, so that two rotations at once do not leave three secrets. */
export async function insertSecret(
  db: Kysely<OAuthTables>,
  clientId: ClientId,
  secret: LiveSecret,
): Promise<boolean> {
  const added = await db
    .insertInto('tapedeck_oauth_client_secrets')
    .columns(['secret_id', 'client_id', 'secret_hash', 'created_at', 'last_used_at', 'position'])
    .expression((select) =>
      select
        .selectFrom('tapedeck_oauth_client_secrets')
        .select([
          sql<SecretId>`${secret.id}`.as('secret_id'),
          sql<ClientId>`${clientId}`.as('client_id'),
          sql<SecretHash>`${secret.hash}`.as('secret_hash'),
          sql<EpochSeconds>`cast(${secret.createdAt} as bigint)`.as('created_at'),
          sql<EpochSeconds | null>`cast(${secret.lastUsedAt} as bigint)`.as('last_used_at'),
          sql<number>`coalesce(max(position), 0) + 1`.as('position'),
        ])
        .where('client_id', '=', clientId)
        .having(sql<boolean>`count(*) < cast(${MAX_LIVE_SECRETS} as bigint)`),
    )
    .executeTakeFirst()
  return (added.numInsertedOrUpdatedRows ?? 0n) > 0n
}

/** Reads a client's row. */
export function toClient(
  row: Omit<
    Selectable<OAuthTables['tapedeck_oauth_clients']>,
    'position' | 'refused_redirect_uri' | 'refused_at'
  >,
): Client {
  return {
    clientId: row.client_id,
    name: row.client_name,
    kind: row.client_type,
    // Rows pass the present rules again: an address that is no longer acceptable is no longer used.
    redirectUris: z.array(z.string()).parse(JSON.parse(row.redirect_uris)).filter(isRedirectUri),
    createdBy: loadOwner(row.created_by),
    createdAt: row.created_at,
  }
}

/** Reads who registered a client, from its row; null for a client that nobody here registered. */
export function loadOwner(createdBy: string): PersonId | null {
  return createdBy === NOBODY ? null : loadPersonId(createdBy)
}
