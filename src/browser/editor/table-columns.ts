/** Tables and views with their columns, as the editor completes them. */
export type TableColumns = Readonly<Record<string, readonly string[]>>

/** Fetches the names that this reader may see. Rejects when the server does not answer as it should. */
export async function fetchTableColumns(address: string): Promise<TableColumns> {
  const response = await fetch(address)
  if (!response.ok) throw new Error(`the server answered ${response.status}`)
  return readTableColumns(await response.json())
}

function readTableColumns(document: unknown): TableColumns {
  if (typeof document !== 'object' || document === null || !('table_columns' in document)) return {}
  return Object.fromEntries(
    Object.entries(document.table_columns ?? {}).map(([table, columns]: [string, unknown]) => [
      table,
      Array.isArray(columns) ? columns.filter((column) => typeof column === 'string') : [],
    ]),
  )
}
