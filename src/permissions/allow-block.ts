import { z } from 'zod'
import type { Actor } from '../auth/actor.ts'
import type { JsonValue } from '../http/json.ts'

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

/**
 * Whether the block speaks for this actor. Any key that fits is enough; values are equal only in type as well.
 * `unauthenticated: true` is about visitors without an actor and never about anybody signed in.
 */
export function matchesAllowBlock(block: AllowBlock, actor: Actor | null): boolean {
  if (typeof block !== 'object') return Boolean(block)
  if (actor === null) return block['unauthenticated'] === true
  return Object.entries(block).some(
    ([key, wanted]) =>
      key !== 'unauthenticated' && Object.hasOwn(actor, key) && fits(wanted, actor[key] ?? null),
  )
}

function fits(wanted: JsonValue, held: JsonValue): boolean {
  if (wanted === '*') return true
  if (held === null) return false
  const accepted = listOf(wanted)
  return listOf(held).some((value) => accepted.includes(value))
}

function listOf(value: JsonValue): readonly JsonValue[] {
  return Array.isArray(value) ? value : [value]
}
