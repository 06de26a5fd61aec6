import {
  fail,
  formatUtc,
  isLoopback,
  isPrintableAddress,
  ok,
  type CommandPlace,
  type CommandRequest,
  type PluginCommand,
  type Result,
} from '../../plugin.ts'
import { hashInvitation, newInvitationToken, type InvitationHash, type UserName } from './protocol/ids.ts'
import { parseUserName, USER_NAME_RULE } from './protocol/user-name.ts'
import { INVITATION_PATH } from './routes/paths.ts'
import type { PasswordTables } from './storage/tables.ts'
import { UserStore, type User } from './storage/users.ts'

const HELP = `Usage: tapedeck users add|invite|remove NAME [--url URL] [FILE ...] [options of serve]
       tapedeck users list [FILE ...] [options of serve]

People who sign in here with a name and a password. Works while the server runs and while it does not.

  add NAME       open an account, and print a link with which its owner chooses a password, once
  invite NAME    print a new link for somebody who lost the first one, or the password
  remove NAME    close an account: its sessions end, and so does what it gave to apps
  list           who has an account

  --url URL      the address that people reach the site at; the link begins with it. Without it, the
                 address that the server listens on

Name the files, and give --internal, as you do for serve: they say which server it is. Of its other options
those matter that are about its address (-h, -p, a base_url in the file of -c).`

/** `tapedeck users …`: accounts, for whoever runs the server. */
export const usersCommand: PluginCommand = { name: 'users', help: HELP, parse }

function parse(words: readonly string[]): Result<CommandRequest, string> {
  const [verb, ...rest] = words
  if (verb === 'list') return ok({ serveWords: rest, run: list })
  if (verb !== 'add' && verb !== 'invite' && verb !== 'remove') {
    return fail('say what to do: add, invite, remove or list')
  }
  const [typed, ...others] = rest
  const name = parseUserName(typed ?? '')
  if (name === null) {
    const what = typed === undefined ? `${verb} needs a name` : `${JSON.stringify(typed)} cannot be a name`
    return fail(`${what}. ${USER_NAME_RULE}`)
  }
  // A name that was left out makes one of the file.
  if (/\.(?:db|sqlite3?)$/u.test(name))
    return fail(`${verb} needs a name before the file: ${verb} NAME ${name}`)
  if (verb === 'remove') return ok({ serveWords: others, run: (place) => remove(place, name) })
  const separated = separateUrl(others)
  if (!separated.ok) return separated
  const { serveWords, url } = separated.value
  return ok({ serveWords, run: (place) => invite(place, verb, name, url) })
}

async function invite(
  place: CommandPlace,
  verb: 'add' | 'invite',
  name: UserName,
  url: string | null,
): Promise<Result<null, string>> {
  const { host, print } = place
  const site = url ?? place.address
  if (site === null) {
    return fail(
      '--host and --port do not say where people reach the site; say it with --url https://data.example',
    )
  }
  const users = usersOf(place)
  const token = newInvitationToken(host.random)
  const store = (hash: InvitationHash) => users[verb](name, hash, host.clock.now())
  if (!(await store(hashInvitation(token)))) {
    return fail(
      verb === 'add'
        ? `${name} has an account already; for a new link: tapedeck users invite ${name}`
        : `${name} has no account here; open one: tapedeck users add ${name}`,
    )
  }
  print(`Give ${name} this link. It works once, within a week, and opens no other account:`)
  print(`${site}${INVITATION_PATH.slice(1)}?token=${token}`)
  const { hostname } = new URL(site)
  if (url === null && (hostname === 'localhost' || isLoopback(hostname.replace(/^\[|\]$/gu, '')))) {
    print(
      'Only this computer opens that address. For others: --url, and the address at which they reach the site.',
    )
  }
  return ok(null)
}

async function remove(place: CommandPlace, name: UserName): Promise<Result<null, string>> {
  const users = usersOf(place)
  if (!(await users.shut(name))) return fail(`${name} has no account here`)
  await place.host.sessions.closeAccount(name)
  // Last, so that a command that was interrupted can be given again.
  await users.remove(name)
  place.print(`${name} has no account any more; sessions and apps of theirs have ended.`)
  place.print(
    'API tokens that they made for themselves stay good until they expire, or the secret is another.',
  )
  return ok(null)
}

async function list(place: CommandPlace): Promise<Result<null, string>> {
  const users = await usersOf(place).list()
  const now = place.host.clock.now()
  for (const user of users) place.print(`${user.name}  ${stateOf(user, now)}`)
  if (users.length === 0) place.print('Nobody has an account here. Open one: tapedeck users add NAME')
  return ok(null)
}

function stateOf({ passwordSetAt, invitationExpiresAt }: User, now: number): string {
  const isInvited = invitationExpiresAt !== null && invitationExpiresAt > now
  const invited = isInvited ? `invited until ${formatUtc(invitationExpiresAt)}` : null
  if (passwordSetAt === null) return invited ?? 'the invitation has expired'
  return [`password since ${formatUtc(passwordSetAt)}`, ...(invited === null ? [] : [invited])].join(', ')
}

function usersOf({ host }: CommandPlace): UserStore {
  return new UserStore(host.store.$extendTables<PasswordTables>())
}

/** Takes `--url URL` out of the words, wherever it stands. The address gets a slash at its end. */
function separateUrl(
  words: readonly string[],
): Result<{ readonly serveWords: readonly string[]; readonly url: string | null }, string> {
  const place = words.findIndex((word) => word === '--url' || word.startsWith('--url='))
  const word = words[place]
  if (word === undefined) return ok({ serveWords: words, url: null })
  const isJoined = word !== '--url'
  const text = isJoined ? word.slice('--url='.length) : (words[place + 1] ?? '')
  if (!isPrintableAddress(text) || /[?#]/u.test(text)) {
    return fail('--url needs the address of the site, such as https://data.example')
  }
  return ok({
    serveWords: words.toSpliced(place, isJoined ? 1 : 2),
    url: text.endsWith('/') ? text : `${text}/`,
  })
}
