import type { Actor } from '../../auth/actor.ts'
import { affinityOf } from '../../database/affinity.ts'
import type { Column, Database, Table } from '../../database/database.ts'
import { keyNames } from '../../database/row-key.ts'
import type { JsonObject, JsonValue } from '../../http/json.ts'
import { databaseResource, tableResource, type Resource } from '../../permissions/action.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { databasePath, queryPath, queryString, schemaPath, tablePath } from '../links.ts'

/** An address of the API with an example of what is sent there. `path` is without the base URL. */
export type Endpoint = {
  /** Names it among those of the same page. */
  readonly key: string
  readonly label: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Null for a GET. */
  readonly body: JsonObject | null
}

/** What is needed to use an endpoint: every one of these on the database or table; and that it can change, for a POST. */
type Guarded = Endpoint & { readonly needs: readonly string[] }

const read = (key: string, label: string, path: string, needs: readonly string[]): Guarded => ({
  key,
  label,
  method: 'GET',
  path,
  body: null,
  needs,
})

const write = (
  key: string,
  label: string,
  path: string,
  body: JsonObject,
  needs: readonly string[],
): Guarded => ({ key, label, method: 'POST', path, body, needs })

/** What everybody may ask of the server. */
export const SERVER_ENDPOINTS: readonly Endpoint[] = [
  read('home', 'The databases and their tables', '/.json', []),
  read('actor', 'Who you are', '/-/actor.json', []),
  read('queries', 'The stored queries', '/-/queries.json', []),
  read('schema', 'The statements that made the databases', '/-/schema.json', []),
]

/** What this person may ask of a database that they may see. */
export function databaseEndpoints(
  deps: FeatureDeps,
  actor: Actor | null,
  database: Database,
): readonly Endpoint[] {
  const { name } = database
  const sql = queryString([['sql', 'select sqlite_version() as version']])
  const columns = [
    { name: 'id', type: 'integer' },
    { name: 'title', type: 'text' },
  ]
  return allowed(deps, actor, database, databaseResource(name), [
    read('database', 'Tables, views and queries', `${databasePath(name)}.json`, ['view-database']),
    read('schema', 'The statements that made it', `${schemaPath(name)}.json`, ['view-database']),
    read('query', 'Read-only SQL', `${queryPath(name)}.json${sql}`, ['execute-sql']),
    write(
      'create',
      'Create a table',
      `${databasePath(name)}/-/create`,
      { table: 'new_table', columns, pk: 'id' },
      ['create-table'],
    ),
  ])
}

/** What this person may ask of a table or view that they may see. */
export function tableEndpoints(
  deps: FeatureDeps,
  actor: Actor | null,
  database: Database,
  table: Table,
): readonly Endpoint[] {
  const path = tablePath(database.name, table.name)
  const key = keyNames(table)
  const row = exampleRow(table.columns.filter(({ name, hidden }) => hidden === 0 && !key.includes(name)))
  const keyed = { ...exampleRow(table.columns.filter(({ name }) => key.includes(name))), ...row }
  const textColumn = table.columns.find(({ type }) => affinityOf(type) === 'text')?.name ?? 'column'
  const rowPath = `${path}/${key.map(() => '1').join(',')}`
  const reads = [
    read('rows', 'Rows', `${path}.json`, ['view-table']),
    read('csv', 'Rows as CSV', `${path}.csv`, ['view-table']),
    read('schema', 'The statement that made it', `${path}/-/schema.json`, ['view-table']),
  ]
  const writes = [
    write('insert', 'Insert a row', `${path}/-/insert`, { row }, ['insert-row']),
    write(
      'upsert',
      'Insert rows, or change those whose key is there',
      `${path}/-/upsert`,
      { rows: [keyed] },
      ['insert-row', 'update-row'],
    ),
    write('update', 'Change a row', `${rowPath}/-/update`, { update: row, return: true }, ['update-row']),
    write('delete', 'Delete a row', `${rowPath}/-/delete`, {}, ['delete-row']),
    write(
      'alter',
      'Alter the table',
      `${path}/-/alter`,
      { operations: [{ op: 'add_column', args: { name: 'new_column', type: 'text' } }] },
      ['alter-table'],
    ),
    write(
      'column-type',
      'Say what a column holds',
      `${path}/-/set-column-type`,
      { column: textColumn, column_type: { type: 'url' } },
      ['set-column-type'],
    ),
    // Without "confirm": true it only tells what would be lost.
    write('drop', 'Drop the table', `${path}/-/drop`, {}, ['drop-table']),
  ]
  const resource = tableResource(database.name, table.name)
  return allowed(deps, actor, database, resource, table.kind === 'view' ? reads : [...reads, ...writes])
}

function allowed(
  { permissions }: FeatureDeps,
  actor: Actor | null,
  database: Database,
  resource: Resource,
  endpoints: readonly Guarded[],
): readonly Endpoint[] {
  return endpoints
    .filter(({ method }) => method === 'GET' || database.isWritable)
    .filter(({ needs }) => needs.every((action) => permissions.allows(actor, action, resource)))
    .map(({ needs: _needs, ...endpoint }) => endpoint)
}

function exampleRow(columns: readonly Column[]): JsonObject {
  return Object.fromEntries(columns.map(({ name, type }) => [name, exampleValue(type)]))
}

function exampleValue(type: string): JsonValue {
  return affinityOf(type) === 'numeric' ? 1 : 'text'
}
