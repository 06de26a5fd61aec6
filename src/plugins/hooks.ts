import type { Actor } from '../auth/actor.ts'
import type { JsonObject } from '../http/json.ts'

/** A link in the account menu. `path` is without the base URL. */
export type MenuLink = { readonly label: string; readonly path: string }

/** A way to sign in, offered on the sign-in page. `path` is without the base URL; the way back is appended as `next`. */
export type SignInLink = { readonly label: string; readonly path: string }

/**
 * Every point where a plugin can speak. `menuLinks` and `signInLinks` are collected from all plugins, in
 * plugin order; of `tokenRefusal` the first answer that is not null wins.
 */
export type Hooks = {
  /** Links for this actor in the account menu. */
  readonly menuLinks?: (actor: Actor | null) => readonly MenuLink[]
  /** Ways to sign in. */
  readonly signInLinks?: () => readonly SignInLink[]
  /** Why a correctly signed, unexpired `dstok_` token must still be refused (the text of the 401), or null. `payload` is the token's content. */
  readonly tokenRefusal?: (payload: JsonObject) => Promise<string | null>
}

/** The hooks of all plugins, combined as their kind says. */
export type CombinedHooks = Required<Hooks>

/** Combines the answers of plugins, in plugin order. */
export function combineHooks(all: readonly Hooks[]): CombinedHooks {
  return {
    menuLinks: (actor) => all.flatMap((hooks) => hooks.menuLinks?.(actor) ?? []),
    signInLinks: () => all.flatMap((hooks) => hooks.signInLinks?.() ?? []),
    tokenRefusal: async (payload) => {
      for (const hooks of all) {
        const refusal = (await hooks.tokenRefusal?.(payload)) ?? null
        if (refusal !== null) return refusal
      }
      return null
    },
  }
}
