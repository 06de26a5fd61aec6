import type { Context } from 'hono'
import type { Actor } from '../auth/actor.ts'
import type { AppGrant, Session } from '../auth/scheme.ts'

/** What the pipeline knows about a request by the time a handler runs. */
export type AppVariables = {
  /** Gives the name of the request, random, by which its log lines are found; shown on 500 pages. Made when first asked for. */
  readonly requestId: () => string
  /** Who asks; null for anonymous, and before anybody looked. */
  readonly actor: Actor | null
  /** The session that the request came with; null without one, and for tokens. */
  readonly session: Session | null
  /** What an app was given that sends the request; null for people at browsers, and for tokens that no app was given. */
  readonly grant: AppGrant | null
  /** Whether no other site may read the answer, whatever `--cors` says: pages for people, and what is never for other sites. */
  readonly isPersonal: boolean
}

/** What is known of the connection. */
export type AppBindings = {
  /** The network address of the client, as text: the peer's, or what a trusted proxy says. */
  readonly address: string
}

/** The context of a request inside this application. */
export type AppContext = Context<{ Bindings: AppBindings; Variables: AppVariables }>

/** The parameters in the address of a request. */
export function parametersOf(c: Pick<AppContext, 'req'>): URLSearchParams {
  const at = c.req.url.indexOf('?')
  return new URLSearchParams(at === -1 ? '' : c.req.url.slice(at + 1))
}
