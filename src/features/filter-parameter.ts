/** The parameter that filters rows by a column (host.md §9.4). Some names need the operation spelled out. */
export function filterParameter(column: string, operation: string): string {
  const isPlain = operation === 'exact' && !column.startsWith('_') && !column.includes('__')
  return isPlain ? column : `${column}__${operation}`
}
