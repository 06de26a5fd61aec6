import { readFileSync } from 'node:fs'
import type { Kysely, Transaction } from 'kysely'
import { fail, ok, storePersonId, type Result } from '../../../plugin.ts'
import { COMMAND_LINE_CLIENT_ID } from '../protocol/ids.ts'
import { storePerson } from '../protocol/person.ts'
import { isRedirectUri } from '../protocol/redirect-uri.ts'
import { showableName } from '../protocol/registration.ts'
import { loadGrantedScopes, storeGrantedScopes } from '../protocol/scope-schema.ts'
import { insertClient, insertSecret } from '../storage/clients.ts'
import { GrantChanges } from '../storage/grant-changes.ts'
import type { OAuthTables } from '../storage/tables.ts'
import { headSchema, lineSchema, type ClientLine, type GrantLine } from './dump.ts'

export type Dump = { readonly clients: readonly ClientLine[]; readonly grants: readonly GrantLine[] }

/** Reads what `export` printed; `-` is standard input. The failure is a sentence with the line that is wrong. */
export function readDump(file: string): Result<Dump, string> {
  let text: string
  try {
    text = readFileSync(file === '-' ? 0 : file, 'utf8')
  } catch (error) {
    return fail(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`)
  }
  return parseDump(text)
}

/** Reads a dump from its text. */
export function parseDump(text: string): Result<Dump, string> {
  const [head, ...lines] = text.replace(/\n$/u, '').split('\n')
  if (!headSchema.safeParse(jsonOf(head ?? '')).success) {
    return fail('line 1 does not say that this was written by tapedeck oauth export, version 1')
  }
  const clients: ClientLine[] = []
  const grants: GrantLine[] = []
  const ids = new Set<string>([COMMAND_LINE_CLIENT_ID])
  for (const [place, line] of lines.entries()) {
    const where = `line ${place + 2}`
    const parsed = lineSchema.safeParse(jsonOf(line))
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      return fail(`${where} cannot be read: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim())
    }
    const { data } = parsed
    const id = data.type === 'client' ? data.client_id : data.grant_id
    if (ids.has(id)) return fail(`${where} has ${id} a second time`)
    const fault = data.type === 'client' ? clientFault(data) : grantFault(data, ids)
    if (fault !== null) return fail(`${where}, ${data.type} ${id}: ${fault}`)
    ids.add(id)
    if (data.type === 'client') clients.push(data)
    else grants.push(data)
  }
  return ok({ clients, grants })
}

/** Adds all of a dump, or nothing when one of its clients or grants is there already. The failure is a sentence. */
export async function importAll(
  db: Kysely<OAuthTables>,
  { clients, grants }: Dump,
): Promise<Result<{ readonly clients: number; readonly grants: number }, string>> {
  let conflict: string | null = null
  // Servers that run may remember that a grant was not there: the change tells them to look again.
  await new GrantChanges(db).make(async (trx) => {
    conflict = await findConflict(trx, { clients, grants })
    if (conflict !== null) return 0n
    for (const client of clients) await addClient(trx, client)
    for (const grant of grants) await addGrant(trx, grant)
    return BigInt(clients.length + grants.length)
  })
  return conflict === null ? ok({ clients: clients.length, grants: grants.length }) : fail(conflict)
}

async function findConflict(
  trx: Transaction<OAuthTables>,
  { clients, grants }: Dump,
): Promise<string | null> {
  const nothing = 'nothing was added'
  for (const { client_id: id, secrets } of clients) {
    const taken = trx.selectFrom('tapedeck_oauth_clients').select('client_name').where('client_id', '=', id)
    const row = await taken.executeTakeFirst()
    if (row !== undefined)
      return `client ${id} is here already, as ${JSON.stringify(row.client_name)}; ${nothing}`
    for (const { secret_id: secretId } of secrets) {
      const secret = trx
        .selectFrom('tapedeck_oauth_client_secrets')
        .select('secret_id')
        .where('secret_id', '=', secretId)
      if ((await secret.executeTakeFirst()) !== undefined) {
        return `secret ${secretId} of client ${id} is here already; ${nothing}`
      }
    }
  }
  for (const { grant_id: id } of grants) {
    const taken = trx.selectFrom('tapedeck_oauth_grants').select('grant_id').where('grant_id', '=', id)
    if ((await taken.executeTakeFirst()) !== undefined) return `grant ${id} is here already; ${nothing}`
  }
  return null
}

async function addClient(trx: Transaction<OAuthTables>, line: ClientLine): Promise<void> {
  const [first = null, ...more] = line.secrets.map((secret) => ({
    id: secret.secret_id,
    hash: secret.secret_hash,
    createdAt: secret.created_at,
    lastUsedAt: secret.last_used_at,
  }))
  await insertClient(
    trx,
    {
      clientId: line.client_id,
      name: line.client_name,
      kind: line.client_type,
      redirectUris: line.redirect_uris.filter(isRedirectUri),
      createdBy: line.created_by,
      createdAt: line.created_at,
    },
    first,
  )
  for (const secret of more) await insertSecret(trx, line.client_id, secret)
  if (line.unvouched === null) return
  const { declared, ...known } = line.unvouched
  await trx
    .insertInto('tapedeck_oauth_unvouched_clients')
    .values({ client_id: line.client_id, ...known, declared: JSON.stringify(declared) })
    .execute()
}

async function addGrant(trx: Transaction<OAuthTables>, line: GrantLine): Promise<void> {
  const { type: _type, ...row } = {
    ...line,
    user_id: storePersonId(line.user_id),
    person: storePerson(line.person),
    scopes: storeGrantedScopes(loadGrantedScopes(JSON.stringify(line.scopes))),
  }
  await trx.insertInto('tapedeck_oauth_grants').values(row).execute()
}

function clientFault(line: ClientLine): string | null {
  const { client_name, client_type, created_by, redirect_uris, secrets, unvouched } = line
  if (showableName(client_name) !== client_name) return 'its name cannot be shown on a page'
  const refused = redirect_uris.find((uri) => !isRedirectUri(uri))
  if (refused !== undefined) return `${JSON.stringify(refused)} cannot be a redirect URI`
  if (created_by === null && unvouched === null) return 'it does not say who registered it'
  if (created_by !== null && unvouched !== null) return 'a client that somebody registered has no unvouched'
  if (client_type === 'public' && secrets.length > 0) return 'a public client has no secret'
  if (client_type === 'confidential' && secrets.length === 0) return 'a confidential client has a secret'
  return null
}

function grantFault({ client_id, scopes }: GrantLine, known: ReadonlySet<string>): string | null {
  if (!known.has(client_id)) return `its client ${client_id} is not in the lines before it`
  try {
    loadGrantedScopes(JSON.stringify(scopes))
    return null
  } catch {
    return 'its scopes cannot be read'
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
