import { z } from 'zod'
import type { Actor } from '../auth/actor.ts'
import { isJsonList, type JsonValue } from '../http/json.ts'

const scalarSchema = z.union([z.string(), z.number(), z.boolean(), z.null()])

/**
 * An allow block as the configuration writes it (host.md §5.2). A list or a text in place of a block is a
 * fault at start: it would have to mean something, and nobody could say what.
 */
export const allowBlockSchema = z.union(
  [
    z.boolean(),
    z.literal(1),
    z.literal(0),
    z.record(z.string(), z.union([scalarSchema, z.array(scalarSchema)])),
  ],
  { error: 'expected true, false, or a mapping of actor keys to values such as {id: alice}' },
)

export type AllowBlock = z.infer<typeof allowBlockSchema>

/** Whether a block speaks for an actor; null is a visitor without one. */
export type BlockMatcher = (actor: Actor | null) => boolean

/** Whether the block speaks for this actor: `compileAllowBlock` for a block that is asked once. */
export function matchesAllowBlock(block: AllowBlock, actor: Actor | null): boolean {
  return compileAllowBlock(block)(actor)
}

/**
 * Makes a block ready to be asked again and again. Any key that fits is enough; values are equal only in type as well.
 * `unauthenticated: true` is about visitors without an actor and never about anybody signed in.
 */
export function compileAllowBlock(block: AllowBlock): BlockMatcher {
  if (typeof block !== 'object') {
    const matches = Boolean(block)
    return () => matches
  }
  const anonymous = block['unauthenticated'] === true
  const keys = Object.entries(block)
    .filter(([key]) => key !== 'unauthenticated')
    .map(([key, wanted]) => ({ key, accepted: wanted === '*' ? null : new Set<JsonValue>(listOf(wanted)) }))
  return (actor) => {
    if (actor === null) return anonymous
    for (const { key, accepted } of keys) {
      if (Object.hasOwn(actor, key) && fits(accepted, actor[key] ?? null)) return true
    }
    return false
  }
}

/** `accepted` is null for anything at all. */
function fits(accepted: ReadonlySet<JsonValue> | null, held: JsonValue): boolean {
  if (accepted === null) return true
  if (held === null) return false
  return isJsonList(held) ? held.some((value) => accepted.has(value)) : accepted.has(held)
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return isJsonList(value) ? value : [value]
}
