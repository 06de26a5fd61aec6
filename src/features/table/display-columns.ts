import { keyNames } from '../../database/row-key.ts'
import type { JsonObject } from '../../http/json.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { sortableColumns } from './request.ts'
import type { TableRequest } from './table-request.ts'

/**
 * `_extra=display_columns`: the columns in the order of Datasette's page, which begins with the key, or with a link
 * where the key is of several columns (host.md §9.7).
 */
export async function describeColumns(
  { config, columnTypes }: Pick<FeatureDeps, 'config' | 'columnTypes'>,
  { database, table, config: own, selection }: TableRequest,
): Promise<readonly JsonObject[]> {
  const types = await columnTypes.of(database.name, table.name)
  const sortable = sortableColumns(table, own.sortableColumns)
  const descriptions = config.tableMetadata(database.name, table.name)['columns']
  const key = keyNames(table)
  const [only] = key.length === 1 ? key : []
  const others = selection.columns.filter((name) => name !== only)

  const describe = (name: string): JsonObject => {
    const column = table.columns.find((candidate) => candidate.name === name)
    const type = types.get(name)
    return {
      name,
      sortable: sortable.includes(name),
      is_pk: table.primaryKeys.includes(name),
      type: column?.type ?? '',
      notnull: Number(column?.notNull ?? false),
      description: textUnder(descriptions, name),
      column_type: type?.type ?? null,
      column_type_config: type?.config ?? null,
    }
  }
  const link: JsonObject = { name: 'Link', sortable: false, is_pk: false, type: '', notnull: 0 }
  const first = only === undefined ? (key.length > 1 ? [link] : []) : [describe(only)]
  return [...first, ...others.map(describe)]
}

function textUnder(descriptions: unknown, name: string): string | null {
  if (typeof descriptions !== 'object' || descriptions === null || !Object.hasOwn(descriptions, name))
    return null
  const text: unknown = Reflect.get(descriptions, name)
  return typeof text === 'string' ? text : null
}
