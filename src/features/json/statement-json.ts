import { formatCell } from '../../database/row-json.ts'
import type { Statement } from '../statement.ts'

/** A statement as `_extra=query` shows it: `{"sql", "params"}`, the values exact (host.md §9.7). */
export function statementJson({ sql, params }: Statement): string {
  const members = Object.entries(params).map(
    ([name, value]) => `${JSON.stringify(name)}:${formatCell(value)}`,
  )
  return `{"sql":${JSON.stringify(sql)},"params":{${members.join(',')}}}`
}
