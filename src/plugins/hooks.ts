import type { Actor } from '../auth/actor.ts'
import type { PersonId } from '../auth/person-id.ts'
import type { TokenGrantCheck } from '../auth/token-scheme.ts'
import type { EpochSeconds } from '../clock.ts'
import type { TrackedEvent } from '../events/event.ts'
import type { AppContext } from '../routing/context.ts'
import type { Upstream } from '../sessions/sessions.ts'

/** A link in the account menu. `path` is without the base URL. */
export type MenuLink = { readonly label: string; readonly path: string }

/** A way to sign in, offered on the sign-in page. `path` is without the base URL; the way back is appended as `next`. */
export type SignInLink = { readonly label: string; readonly path: string }

/**
 * Every point where a plugin can speak. `menuLinks`, `signInLinks` and `startup` are collected from all plugins, in
 * plugin order; `signedIn`, `accountClosed` and `trackEvent` tell every plugin; `purge` asks each; of `signOutUrl`, `tokenGrant` and
 * `resourceMetadata` the first answer that is not null wins.
 */
export type Hooks = {
  /** Links for this actor in the account menu, asked for each page that somebody who is signed in looks at. */
  readonly menuLinks?: (actor: Actor) => Promise<readonly MenuLink[]>
  /** Ways to sign in. */
  readonly signInLinks?: () => Promise<readonly SignInLink[]>
  /** Somebody has proven who they are, and this is what is known of them now. Told before their session begins; a failure keeps it from beginning. */
  readonly signedIn?: (actor: Actor) => Promise<void>
  /** Somebody's account is closed: whatever they gave others ends. Told after their sessions ended; telling again changes nothing. */
  readonly accountClosed?: (personId: PersonId) => Promise<void>
  /** Where a browser goes to end the session at the provider that it had signed in with; null for one of nobody's. Asked after the session here has ended. */
  readonly signOutUrl?: (c: AppContext, upstream: Upstream) => Promise<string | null>
  /** The full address at which a client that was refused learns where to get a token (RFC 9728 §5.1). */
  readonly resourceMetadata?: (c: AppContext) => string | null
  /** Done once, before the first request. What it gives is printed as warnings, a sentence each. */
  readonly startup?: () => Promise<readonly string[]>
  /**
   * Removes a small batch of rows of the plugin's that nobody can use any more, and gives their number; 0 when there are none. Asked while
   * the server runs, again and again as long as there are some.
   */
  readonly purge?: (now: EpochSeconds) => Promise<number>
  /** What a plugin knows of a correctly signed, unexpired `dstok_` token that is its own; null for every other. `payload` is the token's content; `address` is the peer's, null when nobody uses the token and it is only looked at. */
  readonly tokenGrant?: TokenGrantCheck
  /**
   * Something was done: somebody signed in, rows were written (`TrackedEvent` has all). Told after the commit, one event after the
   * other, each once. Nobody waits for it: the answer is on its way already. A failure is logged, and changes nothing; when
   * 1000 events wait for a plugin, it does not hear of more until it has caught up.
   */
  readonly trackEvent?: (event: TrackedEvent) => Promise<void>
}

/** The hooks of all plugins, combined as their kind says; `trackEvent` is not one of them, since nobody waits for it (`EventListeners`). */
export type CombinedHooks = Required<Omit<Hooks, 'trackEvent'>>

/** Combines the answers of plugins, in plugin order. */
export function combineHooks(all: readonly Hooks[]): CombinedHooks {
  return {
    menuLinks: (actor) => collect(all, (hooks) => hooks.menuLinks?.(actor)),
    signInLinks: () => collect(all, (hooks) => hooks.signInLinks?.()),
    signedIn: async (actor) => {
      for (const hooks of all) await hooks.signedIn?.(actor)
    },
    accountClosed: async (personId) => {
      for (const hooks of all) await hooks.accountClosed?.(personId)
    },
    signOutUrl: (c, upstream) => firstAnswer(all, (hooks) => hooks.signOutUrl?.(c, upstream)),
    startup: () => collect(all, (hooks) => hooks.startup?.()),
    purge: async (now) => {
      let removed = 0
      for (const hooks of all) removed += (await hooks.purge?.(now)) ?? 0
      return removed
    },
    resourceMetadata: (c) => {
      for (const hooks of all) {
        const address = hooks.resourceMetadata?.(c) ?? null
        if (address !== null) return address
      }
      return null
    },
    tokenGrant: (...asked) => firstAnswer(all, (hooks) => hooks.tokenGrant?.(...asked)),
  }
}

async function collect<T>(
  all: readonly Hooks[],
  ask: (hooks: Hooks) => Promise<readonly T[]> | undefined,
): Promise<readonly T[]> {
  const answers = await Promise.all(all.map(async (hooks) => (await ask(hooks)) ?? []))
  return answers.flat()
}

async function firstAnswer<T>(
  all: readonly Hooks[],
  ask: (hooks: Hooks) => Promise<T | null> | undefined,
): Promise<T | null> {
  for (const hooks of all) {
    const answer = (await ask(hooks)) ?? null
    if (answer !== null) return answer
  }
  return null
}
