import { z } from 'zod'
import type { JsonObject } from '../http/json.ts'
import { allowBlockSchema } from '../permissions/allow-block.ts'

/**
 * The configuration file: which keys there are, at which level, and what they hold (host.md §5.1). Names stay
 * as people write them. Here is no reading of files and no secret; `load.ts` does that.
 */

/** A key that may be left out, or left empty, which means the same. */
const maybe = <T extends z.ZodType>(schema: T) =>
  schema
    .nullable()
    .transform((value) => value ?? undefined)
    .optional()

const names = z.array(z.string())

/** Text that describes something to people. What is not text is shown as JSON, as Datasette does. */
const description = maybe(
  z.json().transform((value) => (typeof value === 'string' ? value : JSON.stringify(value))),
)

const metadataKeys = {
  title: description,
  description,
  description_html: description,
  license: description,
  license_url: description,
  source: description,
  source_url: description,
  about: description,
  about_url: description,
}

const permissionKeys = {
  allow: maybe(allowBlockSchema),
  permissions: maybe(z.record(z.string(), allowBlockSchema.nullable())),
}

/** Judged by the schema of each plugin at the root; deeper, no plugin of ours reads it. */
const plugins = maybe(z.record(z.string(), z.json()))

const facetSchema = z.union(
  [z.string(), z.strictObject({ array: z.string() }), z.strictObject({ date: z.string() })],
  {
    error: 'expected the name of a column, {array: column} or {date: column}',
  },
)

const columnTypeSchema = z.union(
  [z.string(), z.strictObject({ type: z.string(), config: z.record(z.string(), z.json()).optional() })],
  { error: 'expected the name of a type or {type: name, config: mapping}' },
)

/** A facet: of a column, of a column of JSON arrays, or of a column of dates. */
export type FacetConfig = Readonly<z.infer<typeof facetSchema>>

/** The type of a column, with its settings where it has some. */
export type ColumnTypeConfig = Readonly<z.infer<typeof columnTypeSchema>>

/** `databases.DB.tables.T`. */
export const tableConfigSchema = z.object({
  ...metadataKeys,
  ...permissionKeys,
  plugins,
  columns: maybe(z.record(z.string(), description)),
  hidden: maybe(z.boolean()),
  sort: maybe(z.string()),
  sort_desc: maybe(z.string()),
  size: maybe(z.int().min(1)),
  sortable_columns: maybe(names),
  label_column: maybe(z.string()),
  facets: maybe(z.array(facetSchema)),
  facet_size: maybe(z.int().min(1)),
  fts_table: maybe(z.string()),
  fts_pk: maybe(z.string()),
  searchmode: maybe(z.enum(['raw', 'escaped'])),
  column_types: maybe(z.record(z.string(), columnTypeSchema)),
})

/** `databases.DB.queries.Q` in its long form. */
export const queryConfigSchema = z.object({
  ...permissionKeys,
  sql: z.string().refine((sql) => sql.trim() !== '', { error: 'expected an SQL statement' }),
  title: description,
  description,
  description_html: description,
  hide_sql: maybe(z.boolean()),
  fragment: maybe(z.string()),
  params: maybe(names),
  write: maybe(z.boolean()),
  is_trusted: z
    .boolean()
    .nullish()
    .transform((value) => value ?? true),
  on_success_message: maybe(z.string()),
  on_success_message_sql: maybe(z.string()),
  on_success_redirect: maybe(z.string()),
  on_error_message: maybe(z.string()),
  on_error_redirect: maybe(z.string()),
})

/** A query as the configuration describes it. */
export type QueryConfig = Readonly<z.infer<typeof queryConfigSchema>>

/** A query that is only a text is its SQL. */
const queryOrSql = z.preprocess(
  (value) => (typeof value === 'string' ? { sql: value } : value),
  queryConfigSchema,
)

/** `databases.DB`. */
export const databaseConfigSchema = z.object({
  ...metadataKeys,
  ...permissionKeys,
  allow_sql: maybe(allowBlockSchema),
  plugins,
  tables: maybe(z.record(z.string(), maybe(tableConfigSchema))),
  queries: maybe(z.record(z.string(), queryOrSql)),
})

/** The whole file. `settings` and the plugins' own keys are judged by their own schemas. */
export const rootConfigSchema = z.object({
  ...metadataKeys,
  ...permissionKeys,
  allow_sql: maybe(allowBlockSchema),
  plugins,
  settings: maybe(z.record(z.string(), z.json())),
  databases: maybe(z.record(z.string(), maybe(databaseConfigSchema))),
  extra_css_urls: maybe(z.array(z.json())),
  extra_js_urls: maybe(z.array(z.json())),
})

/** The validated configuration. */
export type Config = Readonly<Omit<z.infer<typeof rootConfigSchema>, 'settings' | 'plugins'>> & {
  /** Descriptions from the metadata file alone, as written; `{}` without one. */
  readonly metadata: JsonObject
  /** The configuration as it was written, with what the command line and the metadata file put into it. Secrets are not resolved. */
  readonly asWritten: JsonObject
}
