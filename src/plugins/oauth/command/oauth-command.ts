import {
  fail,
  formatUtc,
  ok,
  type CommandPlace,
  type CommandRequest,
  type PluginCommand,
  type Result,
} from '../../../plugin.ts'
import { isClientId, isGrantId } from '../protocol/ids.ts'
import { AuditStore } from '../storage/audit.ts'
import { GrantChanges } from '../storage/grant-changes.ts'
import {
  endGrants,
  listClients,
  listGrants,
  type GrantChoice,
  type GrantOverview,
} from '../storage/overview.ts'
import { purgeInUpkeep } from '../storage/purge.ts'
import type { OAuthTables } from '../storage/tables.ts'
import { exportAll } from './export.ts'
import { importAll, readDump } from './import.ts'

const HELP = `Usage: tapedeck oauth clients|grants|end|purge|export|import [options] [FILE ...] [options of serve]

Apps and what people gave them. Works while the server runs and while it does not; a server that runs knows
within a second.

  clients                         registered apps
  grants                          what people gave to apps, ended grants too
  end                             end grants, and with them their tokens
  purge                           remove rows whose time is over, all at once
  export                          print clients and grants as JSON lines, secrets as hashes only
  import DUMP                     add what export printed: all of it, or nothing; - reads standard input

  --grant ID, --client ID, --user ID  which grants, for grants and end
  --json                              print JSON lines, for clients and grants

Name the files, and give --internal, as you do for serve: they say which server it is.`

/** `tapedeck oauth …`: apps and grants, for whoever runs the server. */
export const oauthCommand: PluginCommand = { name: 'oauth', help: HELP, parse }

function parse(words: readonly string[]): Result<CommandRequest, string> {
  const [verb, ...rest] = words
  switch (verb) {
    case 'clients':
    case 'grants':
    case 'end':
      return parseChoosing(verb, rest)
    case 'purge':
      return ok({ serveWords: rest, run: purge })
    case 'export':
      return ok({ serveWords: rest, run: ({ host, print }) => exportAll(tablesOf(host), print) })
    case 'import': {
      const [dump, ...serveWords] = rest
      if (dump === undefined || (dump.startsWith('-') && dump !== '-')) {
        return fail('import needs the file that export wrote, or - for standard input: import DUMP')
      }
      return ok({ serveWords, run: (place) => runImport(place, dump) })
    }
    case undefined:
    default:
      return fail('say what to do: clients, grants, end, purge, export or import')
  }
}

function parseChoosing(
  verb: 'clients' | 'grants' | 'end',
  words: readonly string[],
): Result<CommandRequest, string> {
  const serveWords = [...words]
  const take = (option: string): string | null => {
    const at = serveWords.findIndex((word) => word === option || word.startsWith(`${option}=`))
    if (at === -1) return null
    const [word = ''] = serveWords.splice(at, 1)
    return word === option ? (serveWords.splice(at, 1)[0] ?? '') : word.slice(option.length + 1)
  }
  const flag = serveWords.indexOf('--json')
  if (flag !== -1) serveWords.splice(flag, 1)
  const asJson = flag !== -1
  if (verb === 'clients') return ok({ serveWords, run: (place) => showClients(place, asJson) })

  const [grant, client, user] = [take('--grant'), take('--client'), take('--user')]
  if (grant !== null && !isGrantId(grant)) return fail('--grant needs the id of a grant: 32 hex digits')
  if (client !== null && !isClientId(client))
    return fail('--client needs the id of a client: 32 hex digits, or the address of its document')
  if (user === '') return fail('--user needs the id of a person')
  const choice: GrantChoice = { grantId: grant, clientId: client, userId: user }
  if (verb === 'grants') return ok({ serveWords, run: (place) => showGrants(place, choice, asJson) })
  if (asJson) return fail('--json is for clients and grants')
  if (grant === null && client === null && user === null) {
    return fail('say which grants end: --grant ID, --client ID or --user ID')
  }
  return ok({ serveWords, run: (place) => end(place, choice) })
}

async function showClients({ host, print }: CommandPlace, asJson: boolean): Promise<Result<null, string>> {
  const clients = await listClients(tablesOf(host), host.clock.now())
  for (const { id, name, kind, redirectUris, createdBy, createdAt, liveGrants } of clients) {
    print(
      asJson
        ? JSON.stringify({
            client_id: id,
            client_name: name,
            client_type: kind,
            redirect_uris: redirectUris,
            created_by: createdBy,
            created_at: createdAt,
            live_grants: liveGrants,
          })
        : `${id}  ${JSON.stringify(name)}  ${kind}, of ${createdBy === null ? 'nobody here' : JSON.stringify(createdBy)} since ${formatUtc(createdAt)}, ${liveGrants} live grants, ${redirectUris.join(' ') || 'no redirect URI'}`,
    )
  }
  if (clients.length === 0 && !asJson) print('No app is registered here.')
  return ok(null)
}

async function showGrants(
  { host, print }: CommandPlace,
  choice: GrantChoice,
  asJson: boolean,
): Promise<Result<null, string>> {
  let shown = 0
  for await (const grant of listGrants(tablesOf(host), choice)) {
    shown += 1
    const { id, clientId, clientName, userId, scope, resource, createdAt, endedAt, endsAt, lastUsedAt } =
      grant
    print(
      asJson
        ? JSON.stringify({
            grant_id: id,
            client_id: clientId,
            client_name: clientName,
            user: userId,
            scope,
            resource,
            created_at: createdAt,
            ended_at: endedAt,
            ends_at: endsAt,
            last_used_at: lastUsedAt,
          })
        : `${id}  ${JSON.stringify(userId)} to ${JSON.stringify(clientName)}: ${scope}, since ${formatUtc(createdAt)}${endOf(grant)}`,
    )
  }
  if (shown === 0 && !asJson) print('There is no such grant.')
  return ok(null)
}

function endOf({ endedAt, endsAt }: GrantOverview): string {
  if (endedAt !== null) return `, ended ${formatUtc(endedAt)}`
  return endsAt === null ? '' : `, until ${formatUtc(endsAt)} at the latest`
}

async function end({ host, print }: CommandPlace, choice: GrantChoice): Promise<Result<null, string>> {
  const db = tablesOf(host)
  const now = host.clock.now()
  const audit = new AuditStore(db, host.random)
  const ended = await endGrants(new GrantChanges(db), choice, now, async (trx, grants) => {
    for (const { grantId, clientId } of grants) {
      const subject = { actorId: null, clientId, grantId, address: 'command line' }
      await audit.recordIn(trx, subject, ['grant.ended'], now)
    }
  })
  if (ended === 0) return fail('there is no such grant that has not ended')
  print(`${ended === 1 ? 'One grant' : `${ended} grants`} ended; their tokens are refused from now on.`)
  return ok(null)
}

async function purge({ host, print }: CommandPlace): Promise<Result<null, string>> {
  const db = tablesOf(host)
  let removed = 0
  for (;;) {
    const batch = await purgeInUpkeep(db, host.clock.now())
    removed += batch
    if (batch === 0) break
  }
  print(`${counted(removed, 'row')} removed.`)
  return ok(null)
}

/** `1 client`, `2 clients`. */
const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

async function runImport({ host, print }: CommandPlace, dump: string): Promise<Result<null, string>> {
  const read = readDump(dump)
  if (!read.ok) return read
  const added = await importAll(tablesOf(host), read.value)
  if (!added.ok) return added
  print(`${counted(added.value.clients, 'client')} and ${counted(added.value.grants, 'grant')} added.`)
  return ok(null)
}

function tablesOf(host: CommandPlace['host']) {
  return host.store.$extendTables<OAuthTables>()
}
