import { z } from 'zod'
import type { Reply } from './messages.ts'
import { KINDS, OPERATIONS, TARGETS } from './operation.ts'

const wireValue = z.union([
  z.null(),
  z.string(),
  z.number(),
  z.object({ i: z.string().regex(/^-?\d{1,20}$/) }),
  z.object({ r: z.enum(['Infinity', '-Infinity', 'NaN']) }),
  z.object({ b: z.string() }),
])

const reply: z.ZodType<Reply> = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({
    kind: z.literal('rows'),
    columns: z.array(z.string()),
    truncated: z.boolean(),
    lastRow: z.array(wireValue).nullable(),
  }),
  z.object({ kind: z.literal('progress') }),
  z.object({ kind: z.literal('committing') }),
  z.object({ kind: z.literal('unmet') }),
  z.object({
    kind: z.literal('analyzed'),
    operations: z.array(
      z.object({
        operation: z.enum(OPERATIONS),
        target: z.enum(TARGETS),
        table: z.string().nullable(),
        source: z.string().nullable(),
        kind: z.enum(KINDS).nullable(),
      }),
    ),
  }),
  z.object({
    kind: z.literal('ran'),
    columns: z.array(z.string()),
    rows: z.array(z.array(wireValue)),
    truncated: z.boolean(),
    changes: z.int(),
  }),
  z.object({ kind: z.literal('folded') }),
  z.object({
    kind: z.literal('unpermitted'),
    changes: z.array(z.object({ operation: z.enum(['insert', 'update', 'delete']), table: z.string() })),
  }),
  z.object({
    kind: z.literal('written'),
    results: z.array(
      z.object({
        columns: z.array(z.string()),
        rows: z.array(z.array(wireValue)),
      }),
    ),
    rowsWritten: z.int().min(0),
  }),
  z.object({
    kind: z.literal('failed'),
    reason: z.enum(['interrupted', 'sql', 'too-large', 'locked', 'full']),
    message: z.string(),
    statement: z.int().min(0).optional(),
  }),
])

/**
 * Reads what a child said, or null when it makes no sense. A child runs SQL from strangers, so its words
 * are checked like anything from outside.
 */
export function parseReply(text: string): Reply | null {
  const parsed = reply.safeParse(parseJson(text))
  return parsed.success ? parsed.data : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
