import { fail, ok, type Result } from '../result.ts'

/** What somebody asked for on the command line of `login`. */
export type ScopeFlags = {
  /** `DB` or `DB/TABLE`, as typed. */
  readonly read: readonly string[]
  readonly write: readonly string[]
  /** Sent as it is. */
  readonly scope: string | null
  readonly fullAccess: boolean
}

/** The scope to ask for: the JSON form, which Datasette reads as well. Null, no scope at all, asks for full access. */
export type LoginScope = {
  readonly scope: string | null
  /** Whether nobody said anything, and it is the default. */
  readonly isDefault: boolean
}

const READ = ['view-database', 'view-table', 'view-query', 'execute-sql'] as const
const READ_EVERYWHERE = ['view-instance', ...READ] as const
const WRITE_TABLE = ['insert-row', 'update-row', 'delete-row', 'alter-table', 'drop-table'] as const
const WRITE = [...WRITE_TABLE, 'create-table'] as const

/** Turns the flags of `login` into a scope; without any it is to read everything. The failure is a sentence. */
export function loginScope(flags: ScopeFlags): Result<LoginScope, string> {
  const kinds = [flags.read.length + flags.write.length > 0, flags.scope !== null, flags.fullAccess]
  if (kinds.filter(Boolean).length > 1) {
    return fail(
      '--full-access and --scope stand alone: they cannot be given beside each other or --read and --write',
    )
  }
  if (flags.fullAccess) return ok({ scope: null, isDefault: false })
  if (flags.scope !== null) return ok({ scope: flags.scope, isDefault: false })
  if (!kinds[0]) {
    return ok({ scope: JSON.stringify(READ_EVERYWHERE.map((action) => [action])), isDefault: true })
  }

  const scopes = new Set<string>()
  for (const { places, wide, narrow } of [
    { places: flags.read, wide: READ, narrow: ['view-table'] },
    { places: flags.write, wide: WRITE, narrow: WRITE_TABLE },
  ]) {
    for (const typed of places) {
      const place = parsePlace(typed)
      if (place === null) {
        return fail(
          `"${typed}" is no place: name a database (shop) or a table in it (shop/orders); write %2F for a slash in a name`,
        )
      }
      for (const action of place.length === 1 ? wide : narrow) scopes.add(JSON.stringify([action, ...place]))
    }
  }
  return ok({ scope: `[${[...scopes].join(',')}]`, isDefault: false })
}

/** `DB` or `DB/TABLE`, percent-decoded. Another slash would have to be part of a name, and is written `%2F` there. */
function parsePlace(typed: string): readonly [string] | readonly [string, string] | null {
  const slash = typed.indexOf('/')
  if (slash !== typed.lastIndexOf('/')) return null
  try {
    const database = decodeURIComponent(slash === -1 ? typed : typed.slice(0, slash))
    if (database === '') return null
    if (slash === -1) return [database]
    const table = decodeURIComponent(typed.slice(slash + 1))
    return table === '' ? null : [database, table]
  } catch {
    return null
  }
}
