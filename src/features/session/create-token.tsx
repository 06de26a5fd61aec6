import type { AppContext } from '../../routing/context.ts'
import type { Refusal, Route } from '../../routing/route.ts'
import type { Signer } from '../../auth/signing.ts'
import { signToken } from '../../auth/token-format.ts'
import type { Clock } from '../../clock.ts'
import { readForm } from '../../http/body.ts'
import { HttpError } from '../../http/http-error.ts'
import { formPageHeaders } from '../../http/security-headers.ts'
import { tildeEncode } from '../../http/tilde.ts'
import { databaseResource, type ActionLevel } from '../../permissions/action.ts'
import { readAllowlist } from '../../permissions/restrictions.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { CreateTokenPage, type CreateTokenPageProps, type TokenDatabase } from './create-token-page.tsx'
import { parseTokenRequest } from './token-request.ts'
import { visibleTables } from '../visible-tables.ts'

export type CreateTokenDeps = FeatureDeps & {
  readonly signer: Signer
  readonly clock: Clock
  /** Whether the session that a request came with still lasts, now that its body has arrived. */
  readonly isStillSignedIn: (c: AppContext) => Promise<boolean>
}

/** Beyond this many tables of one database the page offers the database only; a token for one table comes from the command line. */
const MOST_TABLES_OFFERED = 200

/** `/-/create-token`: a signed-in person makes an API token for themselves (host.md §11.9). */
export function createTokenRoutes(deps: CreateTokenDeps): readonly Route[] {
  const show = (c: AppContext, state: Pick<CreateTokenPageProps, 'form' | 'error' | 'created'>) =>
    deps.page(c, {
      title: 'Create an API token',
      width: 'narrow',
      headers: formPageHeaders(),
      status: state.error === null ? 200 : 400,
      body: (
        <CreateTokenPage
          action={deps.urls.path('/-/create-token')}
          allActions={deps.permissions.actions}
          databaseActions={atLevels(deps, ['database', 'resource'])}
          resourceActions={atLevels(deps, ['resource'])}
          databases={offeredDatabases(c, deps)}
          {...state}
        />
      ),
    })

  const refuse = (c: AppContext, refusal: Refusal): never => {
    throw new HttpError(refusal.reason === 'method-not-allowed' ? 405 : 403, refusalText(c, refusal, deps))
  }

  return [
    {
      method: 'GET',
      path: '/-/create-token',
      allow: { who: 'person', action: null },
      refuse,
      handle: (c) => {
        requireTokenMaker(c, deps)
        return show(c, { form: EMPTY_FORM, error: null, created: null })
      },
    },
    {
      method: 'POST',
      path: '/-/create-token',
      allow: { who: 'person', action: null },
      refuse,
      handle: async (c) => {
        const id = requireTokenMaker(c, deps)
        const fields = await readForm(c.req.raw, deps.settings.max_post_body_bytes)
        if (!(await deps.isStillSignedIn(c)))
          throw new HttpError(403, 'You must be logged in to create a token')
        const form = {
          expireType: fields.get('expire_type') ?? '',
          expireDuration: fields.get('expire_duration') ?? '',
          ticked: new Set(fields.keys()),
        }
        const request = parseTokenRequest(fields, deps.permissions)
        if (!request.ok) return show(c, { form, error: request.error, created: null })

        const { durationSeconds, restrictions } = request.value
        const payload = {
          a: id,
          t: deps.clock.now(),
          ...(durationSeconds !== null && { d: durationSeconds }),
          ...(restrictions !== null && { _r: restrictions }),
        }
        const created = { token: signToken(deps.signer, payload), decoded: JSON.stringify(payload, null, 2) }
        await deps.trackEvents(c, [
          {
            name: 'create-token',
            expires_after: durationSeconds,
            restrict_all: restrictions?.a ?? [],
            restrict_database: restrictions?.d ?? {},
            restrict_resource: restrictions?.r ?? {},
          },
        ])
        return show(c, { form: EMPTY_FORM, error: null, created })
      },
    },
  ]
}

const EMPTY_FORM = { expireType: '', expireDuration: '', ticked: new Set<string>() }

const SWITCHED_OFF = 'Signed tokens are not enabled for this Datasette instance'
const NO_ID = 'You must be logged in as an actor with an ID to create a token'

/** Who may not make a token reads why, in Datasette's words and order (host.md §11.9). */
function refusalText(c: AppContext, refusal: Refusal, { settings }: CreateTokenDeps): string {
  if (refusal.reason === 'method-not-allowed') return 'Method not allowed'
  if (!settings.allow_signed_tokens) return SWITCHED_OFF
  if (refusal.reason === 'token-not-accepted') {
    return 'Token authentication cannot be used to create additional tokens'
  }
  return c.get('actor') === null ? 'You must be logged in to create a token' : NO_ID
}

/** The id of the person who may make a token, or a 403. */
function requireTokenMaker(c: AppContext, { settings }: CreateTokenDeps): string | number {
  if (!settings.allow_signed_tokens) throw new HttpError(403, SWITCHED_OFF)
  const actor = c.get('actor')
  const id = actor?.['id']
  if ((typeof id !== 'string' && typeof id !== 'number') || id === 0) throw new HttpError(403, NO_ID)
  // The boxes are ticked by the person: their token could do more than this session may.
  if (readAllowlist(actor) !== null) throw new HttpError(403, 'A restricted session cannot create tokens')
  return id
}

function atLevels({ permissions }: CreateTokenDeps, levels: readonly ActionLevel[]) {
  return permissions.actions.filter((action) => levels.includes(action.level))
}

/** The databases and tables that this person may see; a token for others would be of no use to them. */
function offeredDatabases(
  c: AppContext,
  { databases, permissions }: CreateTokenDeps,
): readonly TokenDatabase[] {
  const actor = c.get('actor')
  return databases.list
    .filter((database) => permissions.allows(actor, 'view-database', databaseResource(database.name)))
    .map((database) => {
      const maySee = visibleTables(permissions, actor, database)
      const tables = database.schema().tables.filter((table) => !table.hidden)
      const offered = tables.length > MOST_TABLES_OFFERED ? [] : tables
      return {
        name: database.name,
        encodedName: tildeEncode(database.name),
        tables: offered
          .filter((table) => maySee(table.name))
          .map((table) => ({ name: table.name, encodedName: tildeEncode(table.name) })),
      }
    })
}
