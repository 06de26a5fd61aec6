import { formatCell } from '../../database/row-json.ts'
import type { Statement } from '../statement.ts'
import { objectText } from './json-value.ts'

/** A statement as `_extra=query` shows it: `{"sql", "params"}`, the values exact (host.md §9.7). */
export function statementJson({ sql, params }: Statement): string {
  const values = Object.entries(params).map(([name, value]) => [name, formatCell(value)] as const)
  return objectText([
    ['sql', JSON.stringify(sql)],
    ['params', objectText(values)],
  ])
}
