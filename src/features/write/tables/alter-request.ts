import { z } from 'zod'
import { isList, isObject, type ExactJson } from '../../../http/exact-json.ts'
import { fail, ok, type Result } from '../../../result.ts'
import { unknownKeys } from '../../json/body-options.ts'
import { MAX_NAME_CHARACTERS } from '../values/column-limit.ts'
import { COLUMN_TYPES, oneOf, readDefault, type ColumnDefault, type Reference } from './column-definition.ts'
import { parseTableName } from './create-request.ts'

/** One change of a table (host.md §10.6). */
export type AlterOperation =
  | {
      readonly op: 'add_column'
      readonly name: string
      /** As SQLite declares it. */
      readonly type: string
      readonly notNull: boolean
      /** Null for none. */
      readonly default: ColumnDefault | null
    }
  | { readonly op: 'rename_column'; readonly name: string; readonly to: string }
  | { readonly op: 'rename_table'; readonly to: string }
  | {
      readonly op: 'alter_column'
      readonly name: string
      /** Null for no change, here and below. */
      readonly type: string | null
      readonly notNull: boolean | null
      readonly default: ColumnDefault | null
    }
  | { readonly op: 'drop_column'; readonly name: string }
  | { readonly op: 'set_primary_key'; readonly columns: readonly string[] }
  | { readonly op: 'reorder_columns'; readonly columns: readonly string[] }
  | { readonly op: 'add_foreign_key'; readonly foreignKey: AskedForeignKey }
  | { readonly op: 'drop_foreign_key'; readonly column: string }
  | { readonly op: 'set_foreign_keys'; readonly foreignKeys: readonly AskedForeignKey[] }

/** A foreign key of one column; without a column of the other table it points to its primary key. */
export type AskedForeignKey = { readonly column: string; readonly to: Reference }

/** Reads the body of an alter. The failures are messages to show, each with the place of what is wrong. */
export function parseAlterRequest(body: ExactJson): Result<readonly AlterOperation[], readonly string[]> {
  if (!isObject(body)) return fail(['JSON must be a dictionary'])
  const extra = unknownKeys(body, ['operations'])
  const sent = body['operations']
  const faults = extra.map((key) => `${key}: Extra inputs are not permitted`)
  if (sent === undefined) return fail(['operations: Field required', ...faults])
  if (!isList(sent)) return fail(['operations: Input should be a valid list', ...faults])
  if (sent.length === 0) {
    return fail(['operations: List should have at least 1 item after validation, not 0', ...faults])
  }

  const parsed = sent.map((each, index) => parseOperation(each, `operations.${index}`))
  const wrong = [...parsed.flatMap((each) => (each.ok ? [] : each.error)), ...faults]
  return wrong.length > 0 ? fail(wrong) : ok(parsed.flatMap((each) => (each.ok ? [each.value] : [])))
}

function parseOperation(sent: ExactJson, place: string): Result<AlterOperation, readonly string[]> {
  if (!isObject(sent)) {
    return fail([`${place}: Input should be a valid dictionary or object to extract fields from`])
  }
  const op = sent['op']
  if (typeof op !== 'string') return fail([`${place}: Unable to extract tag using discriminator 'op'`])
  if (!isOperationName(op)) {
    const tags = Object.keys(ARGUMENTS).map((each) => `'${each}'`)
    return fail([
      `${place}: Input tag '${op}' found using 'op' does not match any of the expected tags: ${tags.join(', ')}`,
    ])
  }
  const extra = unknownKeys(sent, ['op', 'args'])
  if (extra.length > 0)
    return fail(extra.map((key) => `${place}.${op}.${key}: Extra inputs are not permitted`))
  const args = sent['args']
  if (args === undefined) return fail([`${place}.${op}.args: Field required`])
  if (!isObject(args)) return fail([`${place}.${op}.args: Input should be a valid dictionary`])

  const read = ARGUMENTS[op].safeParse(args, { reportInput: true })
  const at = `${place}.${op}.args`
  return read.success ? ok(read.data) : fail(read.error.issues.flatMap((issue) => faultsOf(issue, at)))
}

const name = z.string().min(1)
const newName = name.max(MAX_NAME_CHARACTERS)
const names = z.array(name).min(1)
const type = z
  .enum(COLUMN_TYPES.keys().toArray())
  .transform((each) => COLUMN_TYPES.get(each) ?? each.toUpperCase())
const defaults = { default: z.custom<ExactJson>().optional(), default_expr: z.custom<ExactJson>().optional() }
const foreignKey = z
  .strictObject({ column: name, fk_table: name.nullish(), fk_column: name.nullish() })
  .transform(({ column, fk_table: table, fk_column: other }, context): AskedForeignKey => {
    if (table != null) return { column, to: { table, column: other ?? null } }
    const message = other == null ? 'fk_table is required' : 'fk_column requires fk_table'
    context.addIssue({ code: 'custom', message })
    return z.NEVER
  })

/** The arguments of each operation, in the order in which Datasette lists them. */
const ARGUMENTS = {
  add_column: z
    .strictObject({
      name: newName,
      type: type.default('TEXT'),
      not_null: z.boolean().default(false),
      ...defaults,
    })
    .transform(({ name, type, not_null: notNull, ...sent }, context): AlterOperation => {
      return { op: 'add_column', name, type, notNull, default: requireDefault(sent, context) }
    }),
  rename_column: z
    .strictObject({ name, to: newName })
    .transform((args): AlterOperation => ({ op: 'rename_column', ...args })),
  rename_table: z
    .strictObject({ to: z.string().max(MAX_NAME_CHARACTERS) })
    .transform(({ to }, context): AlterOperation => {
      const table = parseTableName(to)
      if (!table.ok) context.addIssue({ code: 'custom', path: ['to'], message: 'Invalid table name' })
      return { op: 'rename_table', to }
    }),
  alter_column: z
    .strictObject({ name, type: type.nullish(), not_null: z.boolean().nullish(), ...defaults })
    .transform(({ name, type, not_null: notNull, ...sent }, context): AlterOperation => {
      if (type === undefined && notNull === undefined && Object.keys(sent).length === 0) {
        const message =
          'Value error, At least one of type, not_null, default or default_expr must be provided'
        context.addIssue({ code: 'custom', message })
      }
      const value = requireDefault(sent, context)
      return { op: 'alter_column', name, type: type ?? null, notNull: notNull ?? null, default: value }
    }),
  drop_column: z.strictObject({ name }).transform((args): AlterOperation => ({ op: 'drop_column', ...args })),
  set_primary_key: z
    .strictObject({ columns: names })
    .transform((args): AlterOperation => ({ op: 'set_primary_key', ...args })),
  reorder_columns: z
    .strictObject({ columns: names })
    .transform((args): AlterOperation => ({ op: 'reorder_columns', ...args })),
  add_foreign_key: foreignKey.transform((each): AlterOperation => ({
    op: 'add_foreign_key',
    foreignKey: each,
  })),
  drop_foreign_key: z
    .strictObject({ column: name })
    .transform((args): AlterOperation => ({ op: 'drop_foreign_key', ...args })),
  set_foreign_keys: z
    .strictObject({ foreign_keys: z.array(foreignKey) })
    .transform((args): AlterOperation => ({ op: 'set_foreign_keys', foreignKeys: args.foreign_keys })),
} satisfies Record<AlterOperation['op'], z.ZodType<AlterOperation>>

function isOperationName(op: string): op is AlterOperation['op'] {
  return Object.hasOwn(ARGUMENTS, op)
}

type SentDefault = Parameters<typeof readDefault>[0]

function requireDefault(sent: SentDefault, context: z.RefinementCtx): ColumnDefault | null {
  const value = readDefault(sent)
  if (value.ok) return value.value
  const { key, message } = value.error
  context.addIssue({ code: 'custom', path: key === null ? [] : [key], message })
  return z.NEVER
}

/** What is wrong, in the words of Datasette, which are Pydantic's. */
function faultsOf(issue: z.core.$ZodIssue, place: string): readonly string[] {
  const at = [place, ...issue.path.map(String)].join('.')
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.toSorted().map((key) => `${at}.${key}: Extra inputs are not permitted`)
  }
  return [`${at}: ${wordsOf(issue)}`]
}

function wordsOf(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_value') return `Input should be ${oneOf(issue.values.map(String))}`
  if (issue.code === 'too_small') {
    return issue.origin === 'array'
      ? 'List should have at least 1 item after validation, not 0'
      : 'String should have at least 1 character'
  }
  if (issue.code === 'too_big') return `String should have at most ${issue.maximum} characters`
  if (issue.code !== 'invalid_type') return issue.message
  return issue.input === undefined
    ? 'Field required'
    : `Input should be a valid ${TYPE_WORDS.get(issue.expected) ?? issue.expected}`
}

const TYPE_WORDS: ReadonlyMap<string, string> = new Map([
  ['array', 'list'],
  ['object', 'dictionary'],
])
