import { z } from 'zod'
import { fail, ok, type Result } from '../result.ts'

const count = (minimum: number, preset: number, description: string, maximum = Number.MAX_SAFE_INTEGER) =>
  z.int().min(minimum).max(maximum).default(preset).describe(description)

const flag = (preset: boolean, description: string) => z.boolean().default(preset).describe(description)

/**
 * Every setting with its default, limits, unit and meaning, in the order in which `/-/settings.json` lists
 * them (host.md §6). Names stay as people write them. Those of Datasette's that nothing reads yet are taken all the
 * same, so that its configuration files load, and say so.
 */
export const settingsSchema = z.strictObject({
  default_page_size: count(1, 100, 'Rows on a page when the address does not say how many.'),
  max_returned_rows: count(1, 1000, 'Most rows that one page or one query returns.'),
  max_insert_rows: count(1, 100, 'Most rows that one insert or upsert request may bring.'),
  max_post_body_bytes: count(0, 2_097_152, 'Largest request body in bytes; 0 for no limit.'),
  max_bulk_body_bytes: count(
    0,
    268_435_456,
    'Largest body of JSON lines or CSV for an insert or upsert, in bytes; 0 takes none.',
  ),
  num_sql_threads: count(1, 3, 'Child processes that run queries at the same time.'),
  sql_time_limit_ms: count(1, 1000, 'Longest time for a query, in milliseconds; at most a day.', 86_400_000),
  default_facet_size: count(1, 30, 'Values that a facet shows.'),
  facet_time_limit_ms: count(1, 200, 'Longest time for counting one facet, in milliseconds.'),
  facet_suggest_time_limit_ms: count(
    1,
    50,
    'Longest time for finding out whether a column makes a facet, in milliseconds.',
  ),
  allow_facet: flag(true, 'Whether visitors may ask for facets of their own choice.'),
  allow_download: flag(true, 'Whether the files of immutable databases may be downloaded.'),
  allow_signed_tokens: flag(
    true,
    'Whether people may make API tokens, and whether such tokens are accepted.',
  ),
  default_allow_sql: flag(true, 'Whether everybody may run SQL unless the configuration says otherwise.'),
  max_signed_tokens_ttl: count(0, 0, 'Longest life of an API token, in seconds; 0 for no limit.'),
  suggest_facets: flag(true, 'Whether pages suggest columns that would make a facet.'),
  default_cache_ttl: count(0, 5, 'How long browsers may keep an answer, in seconds; 0 for not at all.'),
  cache_size_kb: count(0, 0, "SQLite's page cache for each connection, in KiB; 0 for SQLite's own default."),
  allow_csv_stream: flag(true, 'Whether a whole table may be streamed as CSV.'),
  max_csv_mb: count(0, 100, 'Largest CSV answer, in MiB; 0 for no limit.'),
  truncate_cells_html: count(0, 2048, 'Characters of a cell that a table page shows; 0 for all of them.'),
  force_https_urls: flag(false, 'Whether full addresses begin with https, for use behind a TLS proxy.'),
  template_debug: flag(false, 'Accepted from files of Datasette, without effect: there are no templates.'),
  trace_debug: flag(
    false,
    'Accepted from files of Datasette, without effect: no answer tells the SQL behind it.',
  ),
  base_url: z
    .string()
    .regex(/^\/(?:[A-Za-z0-9._~-]+\/)*$/, 'expected a path that begins and ends with /, such as /data/')
    .default('/')
    .describe('The path under which the server is reached; begins and ends with /.'),
})

/** The value of every setting. */
export type Settings = Readonly<z.infer<typeof settingsSchema>>

/** The name of a setting. */
export type SettingName = keyof Settings

/** What holds when nobody says anything. */
export const defaultSettings: Settings = settingsSchema.parse({})

/** Whether this is the name of a setting. */
export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(defaultSettings, name)
}

const SWITCH_WORDS = new Map([
  ['on', true],
  ['true', true],
  ['1', true],
  ['off', false],
  ['false', false],
  ['0', false],
])

/**
 * Reads a setting as written on a command line: on/off, true/false or 1/0 for a switch, digits for a number,
 * anything for text. Limits are not judged here; the failure says what was expected.
 */
export function parseSettingText(name: SettingName, text: string): Result<boolean | number | string, string> {
  const preset = defaultSettings[name]
  if (typeof preset === 'string') return ok(text)

  if (typeof preset === 'boolean') {
    const value = SWITCH_WORDS.get(text.toLowerCase())
    return value === undefined ? fail('expected on or off') : ok(value)
  }

  const value = Number(text)
  return /^-?\d+$/.test(text) && Number.isSafeInteger(value) ? ok(value) : fail('expected a whole number')
}
