import { z } from 'zod'
import type { PersonId } from '../auth/person-id.ts'

const text = z.string().nullable()

/** What people say of a query that they save (host.md §9.9). Keys are those of the JSON. */
export const queryContentSchema = z.object({
  sql: z.string(),
  title: text,
  description: text,
  hide_sql: z.boolean(),
  fragment: text,
  /** In the order of the fields. */
  parameters: z.array(z.string()).readonly(),
  /** Whether it changes data; so it was when it was saved. */
  is_write: z.boolean(),
  /** Whether only its owner may see it. */
  is_private: z.boolean(),
  on_success_message: text,
  on_success_redirect: text,
  on_error_message: text,
  on_error_redirect: text,
})

export type QueryContent = Readonly<z.infer<typeof queryContentSchema>>

/** A query that somebody has saved. It runs with the rights of the one who runs it. */
export type SavedQuery = {
  readonly database: string
  readonly name: string
  /** Who saved it; null for somebody who was not signed in. */
  readonly owner: PersonId | null
  readonly content: QueryContent
}
