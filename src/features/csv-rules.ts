import type { CastingContext } from 'csv-parse'

/**
 * How CSV that people send is read (RFC 4180), pasted or in bulk. An empty cell is no value and `""` is empty text, as in files that
 * `query --csv` writes (decisions/0025).
 */
export const CSV_RULES = {
  bom: true,
  record_delimiter: ['\r\n', '\n', '\r'],
  skip_empty_lines: true,
  cast: (cell: string, { quoting }: CastingContext): string | null => (cell === '' && !quoting ? null : cell),
}
