import type { JsonObject } from '../http/json.ts'
import { parametersOf, type AppContext } from '../routing/context.ts'
import { askedExtras } from './extras.ts'
import type { DataConfig, FeatureDeps } from './feature-deps.ts'
import { changedParameters, queryString } from './links.ts'

/** Parts that the JSON documents of tables, rows and queries have in common (host.md §9.7). */

/** `_extra=request`: how the address was understood. */
export function requestExtra(c: AppContext): JsonObject {
  const url = new URL(c.req.url)
  const names = [...new Set(url.searchParams.keys())]
  return {
    url: c.req.url,
    path: url.pathname,
    full_path: url.pathname + url.search,
    host: c.req.header('host') ?? url.host,
    args: Object.fromEntries(names.map((name) => [name, url.searchParams.getAll(name)])),
  }
}

/** `_extra=extras`: every part that the document can have, and the address that asks for it or does no longer. */
export function extrasExtra(
  { urls }: Pick<FeatureDeps, 'urls'>,
  c: AppContext,
  described: Readonly<Record<string, string>>,
): readonly JsonObject[] {
  const query = parametersOf(c)
  const selected = askedExtras(query)
  const path = urls.pathOf(c.req.raw)
  return Object.entries(described).map(([name, description]) => {
    const isSelected = selected.includes(name)
    const others = selected.filter((one) => one !== name).map((one) => ['_extra', one] as const)
    const toggled = isSelected
      ? changedParameters(query, ['_extra'], others)
      : [...query, ['_extra', name] as const]
    const url = urls.absolute(c.req.raw, path + queryString(toggled))
    return { name, description, toggle_url: url, selected: isSelected }
  })
}

/** `_extra=metadata` of a table: what the metadata say, the descriptions of its columns apart. */
export function tableMetadataExtra(config: DataConfig, database: string, table: string): JsonObject {
  const { columns = {}, ...metadata } = config.tableMetadata(database, table)
  return { ...metadata, columns }
}

/** `_extra=column_types`: what the values of columns mean, where somebody or the configuration says it. */
export async function columnTypesExtra(
  { columnTypes }: Pick<FeatureDeps, 'columnTypes'>,
  database: string,
  table: string,
): Promise<JsonObject> {
  return Object.fromEntries(await columnTypes.of(database, table))
}
