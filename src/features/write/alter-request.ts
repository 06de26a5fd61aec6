import { isList, isObject, type ExactJson, type ExactObject } from '../../http/exact-json.ts'
import { fail, ok, type Result } from '../../result.ts'
import { unknownKeys } from './body-options.ts'
import { parseColumn, type NewColumn } from './column-definition.ts'
import { parseTableName } from './create-request.ts'

/** One change of a table (host.md §10.6). */
export type Operation =
  | { readonly op: 'add_column'; readonly column: NewColumn }
  | { readonly op: 'rename_column'; readonly name: string; readonly to: string }
  | { readonly op: 'drop_column'; readonly name: string }
  | { readonly op: 'rename_table'; readonly to: string }

const KNOWN_OPERATIONS: readonly Operation['op'][] = [
  'add_column',
  'rename_column',
  'drop_column',
  'rename_table',
]

/** What Datasette knows besides: SQLite can only do these by building the table again. */
const REBUILDING = [
  'alter_column',
  'set_primary_key',
  'reorder_columns',
  'add_foreign_key',
  'drop_foreign_key',
  'set_foreign_keys',
]

/** Reads the body of an alter. The failure is the message to show, with the place of what is wrong. */
export function parseAlterRequest(body: ExactJson): Result<readonly Operation[], string> {
  if (!isObject(body)) return fail('JSON must be a dictionary')
  const [extra] = unknownKeys(body, ['operations'])
  if (extra !== undefined) return fail(`${extra}: Extra inputs are not permitted`)
  const sent = body['operations']
  if (sent === undefined) return fail('operations: Field required')
  if (!isList(sent)) return fail('operations: Input should be a valid list')
  if (sent.length === 0) return fail('operations: List should have at least 1 item after validation, not 0')

  const operations: Operation[] = []
  for (const [index, each] of sent.entries()) {
    const operation = parseOperation(each, `operations.${index}`)
    if (!operation.ok) return operation
    operations.push(operation.value)
  }
  return ok(operations)
}

function parseOperation(sent: ExactJson, place: string): Result<Operation, string> {
  if (!isObject(sent)) return fail(`${place}: Input should be a valid dictionary`)
  const op = sent['op']
  if (typeof op !== 'string') return fail(`${place}: Unable to extract tag using discriminator 'op'`)
  if (REBUILDING.includes(op)) return fail(`${place}: ${op} is not built yet`)
  const known = KNOWN_OPERATIONS.find((each) => each === op)
  if (known === undefined) {
    const tags = KNOWN_OPERATIONS.map((each) => `'${each}'`).join(', ')
    return fail(
      `${place}: Input tag '${op}' found using 'op' does not match any of the expected tags: ${tags}`,
    )
  }
  const [extra] = unknownKeys(sent, ['op', 'args'])
  if (extra !== undefined) return fail(`${place}.${op}.${extra}: Extra inputs are not permitted`)
  const args = sent['args']
  if (!isObject(args)) return fail(`${place}.${op}.args: Input should be a valid dictionary`)
  return parseArguments(known, args, `${place}.${op}.args`)
}

const ARGUMENTS: Readonly<Record<Operation['op'], readonly string[]>> = {
  add_column: ['name', 'type', 'not_null', 'default', 'default_expr'],
  rename_column: ['name', 'to'],
  drop_column: ['name'],
  rename_table: ['to'],
}

function parseArguments(op: Operation['op'], args: ExactObject, place: string): Result<Operation, string> {
  const [extra] = unknownKeys(args, ARGUMENTS[op])
  if (extra !== undefined) return fail(`${place}.${extra}: Extra inputs are not permitted`)
  switch (op) {
    case 'add_column': {
      const column = parseColumn(args, place)
      if (!column.ok) return column
      const { notNull, defaultSql } = column.value
      if (notNull && defaultSql === null) return fail(`${place}: Value error, not_null requires a default`)
      return ok({ op, column: column.value })
    }
    case 'rename_column': {
      const name = parseName(args, 'name', place)
      const to = parseName(args, 'to', place)
      if (!name.ok) return name
      return to.ok ? ok({ op, name: name.value, to: to.value }) : to
    }
    case 'drop_column': {
      const name = parseName(args, 'name', place)
      return name.ok ? ok({ op, name: name.value }) : name
    }
    case 'rename_table': {
      const to = parseTableName(args['to'])
      return to.ok ? ok({ op, to: to.value }) : fail(`${place}.to: ${to.error}`)
    }
  }
}

function parseName(args: ExactObject, key: 'name' | 'to', place: string): Result<string, string> {
  const name = args[key]
  if (name === undefined) return fail(`${place}.${key}: Field required`)
  return typeof name === 'string' && name !== '' ? ok(name) : fail(`${place}.${key}: Input should be a name`)
}
