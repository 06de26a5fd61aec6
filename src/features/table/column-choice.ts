import type { Table } from '../../database/database.ts'
import { keyNames, selectedColumns } from '../../database/row-key.ts'
import { HttpError } from '../../http/http-error.ts'

/**
 * The values of a row that an address asks for, by name: those of `?_col=` behind the key, without those of
 * `?_nocol=`; all of them when it asks for nothing (host.md §9.3).
 */
export function requireColumns(query: URLSearchParams, table: Table): readonly string[] {
  const wanted = query.getAll('_col')
  const unwanted = query.getAll('_nocol')
  const names = table.columns.map(({ name }) => name)
  const key = keyNames(table)

  requireAll('_col', wanted, (name) => names.includes(name))
  requireAll('_nocol', unwanted, (name) => names.includes(name) && !key.includes(name))
  const chosen = wanted.length === 0 ? selectedColumns(table) : [...new Set([...key, ...wanted])]
  return chosen.filter((name) => !unwanted.includes(name))
}

function requireAll(parameter: string, names: readonly string[], isGood: (name: string) => boolean): void {
  const bad = names.filter((name) => !isGood(name))
  if (bad.length > 0) throw new HttpError(400, `${parameter}=${bad.join(', ')} - invalid columns`)
}
