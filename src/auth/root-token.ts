import { randomHex, type Random } from '../random.ts'
import { ROOT_ACTOR_ID, type Actor } from './actor.ts'
import { equalInConstantTime } from './constant-time.ts'

/** What a visit to the root sign-in address comes to (host.md §3.2). */
export type RootSignIn =
  /** Sign this actor in. */
  | { readonly kind: 'signed-in'; readonly actor: Actor }
  /** The visitor is root already. The token is still good. */
  | { readonly kind: 'already-root' }
  /** A 403 with this public message. */
  | { readonly kind: 'refused'; readonly message: 'Invalid token' | 'Root token has already been used' }

/** The token that `serve --root` prints, which signs one visitor in as `root`, once in the life of the process. */
export class RootToken {
  /** 64 hex digits. */
  readonly text: string
  #isUsed = false

  constructor(random: Random) {
    this.text = randomHex(random, 32)
  }

  /** Spends the token if `presented` is it. `visitor` is who asks; null for anonymous. */
  redeem(presented: string, visitor: Actor | null): RootSignIn {
    if (visitor?.['id'] === ROOT_ACTOR_ID) return { kind: 'already-root' }
    if (this.#isUsed) return { kind: 'refused', message: 'Root token has already been used' }
    if (!equalInConstantTime(presented, this.text)) return { kind: 'refused', message: 'Invalid token' }
    this.#isUsed = true
    return { kind: 'signed-in', actor: { id: ROOT_ACTOR_ID } }
  }
}
