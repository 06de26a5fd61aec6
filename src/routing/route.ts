import type { Resource } from '../permissions/action.ts'
import type { AppContext } from './context.ts'

/** Who may use a route. There is no default: a route cannot exist without saying it. */
export type Allow =
  /** Everybody, also signed out. What the handler shows is filtered by the handler. */
  | { readonly who: 'anyone' }
  /** Whoever holds this action on the database and table (or query) named in the URL. */
  | { readonly who: 'permitted'; readonly action: string }
  /** A signed-in person with an id, in a browser session: never an API token. With an action: who also holds it. */
  | { readonly who: 'person'; readonly action: string | null }

/** Why a request was turned away before its handler ran. */
export type Refusal =
  | { readonly reason: 'signed-out' }
  | { readonly reason: 'token-not-accepted' }
  | { readonly reason: 'forbidden'; readonly action: string; readonly resource: Resource }
  | { readonly reason: 'method-not-allowed' }

/** The variable parts of a path, decoded. */
export type RouteParams = Readonly<Record<string, string>>

export type Route = {
  /** GET serves HEAD as well. */
  readonly method: 'GET' | 'POST' | 'DELETE'
  /**
   * `:name` is one segment without a dot or slash, tilde-decoded (host.md §8.1); `:name*` may contain dots and
   * is not decoded; `{.json}` at the end is optional and tells `params.format`. Everything else is literal.
   */
  readonly path: string
  /**
   * Passes a path over that has the form but names a thing of another kind, as a table and a stored query have addresses
   * alike. Asked before anybody knows who asks. Without it every path of the form is this route's.
   */
  readonly only?: (params: RouteParams) => boolean
  readonly allow: Allow
  /**
   * Asks for the permission before anything is told of whether the database or table is there; else that comes first, and
   * what is missing is a 404 for everybody (host.md §8.2). The handler then says what is missing.
   */
  readonly asksPermissionFirst?: true
  /**
   * `accepted` for endpoints that scripts on other sites call, without cookies: no origin check, and CORS headers on
   * every answer. The default is `refused` (host.md §4), from which a bearer token without cookies is exempt. `never` exempts
   * nothing, and no CORS header is ever sent: for what is dangerous in a visitor's browser although it reads no cookie.
   */
  readonly crossSite?: 'refused' | 'accepted' | 'never'
  /** How this route says no. Without it, or where it gives null, the host answers with its page or error envelope. */
  readonly refuse?: (c: AppContext, refusal: Refusal) => Response | Promise<Response> | null
  readonly handle: (c: AppContext, params: RouteParams) => Response | Promise<Response>
}
