import { parse } from 'csv-parse/sync'
import { isList, isObject, parseExactJson, type ExactObject } from '../http/exact-json.ts'
import { fail, ok, type Result } from '../result.ts'

/** How rows are written in a file: JSON, JSON lines, or comma-separated values with a line of names. */
export const ROW_FORMATS = ['json', 'nl', 'csv'] as const
export type RowFormat = (typeof ROW_FORMATS)[number]

const FORMATS_BY_ENDING: ReadonlyMap<string, RowFormat> = new Map([
  ['json', 'json'],
  ['nl', 'nl'],
  ['ndjson', 'nl'],
  ['jsonl', 'nl'],
  ['csv', 'csv'],
])

/** The format that the ending of a name says; null for one that says none. */
export function formatOfName(name: string): RowFormat | null {
  const ending = /\.([a-z]+)$/iu.exec(name)?.[1]?.toLowerCase()
  return FORMATS_BY_ENDING.get(ending ?? '') ?? null
}

/** Reads every row of a file. The failure names the place, so that it can be mended. Values of CSV are text, and an empty cell without quotes is none. */
export function parseRows(bytes: Uint8Array, format: RowFormat): Result<readonly ExactObject[], string> {
  const text = decode(bytes)
  if (text === null) return fail('it is not UTF-8 text: save it as UTF-8')
  switch (format) {
    case 'json':
      return parseJsonRows(text)
    case 'nl':
      return parseLines(text)
    case 'csv':
      return parseCsv(text)
  }
}

function decode(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

function parseJsonRows(text: string): Result<readonly ExactObject[], string> {
  const parsed = parseExactJson(text)
  if (!parsed.ok) return fail(`it is not JSON: ${parsed.error}`)
  const all = isList(parsed.value) ? parsed.value : [parsed.value]
  const rows = all.filter(isObject)
  const wrong = all.findIndex((row) => !isObject(row))
  return wrong === -1 ? ok(rows) : fail(`row ${wrong + 1} is no object: rows are written {"column": value}`)
}

function parseLines(text: string): Result<readonly ExactObject[], string> {
  const rows: ExactObject[] = []
  for (const [index, line] of text.split(/\r?\n/u).entries()) {
    if (line.trim() === '') continue
    const parsed = parseExactJson(line)
    if (!parsed.ok) return fail(`line ${index + 1} is not JSON: ${parsed.error}`)
    if (!isObject(parsed.value))
      return fail(`line ${index + 1} is no object: rows are written {"column": value}`)
    rows.push(parsed.value)
  }
  return ok(rows)
}

function parseCsv(text: string): Result<readonly ExactObject[], string> {
  try {
    const records: unknown = parse(text, {
      bom: true,
      skip_empty_lines: true,
      record_delimiter: ['\r\n', '\n', '\r'],
      // `""` is empty text, and nothing at all is no value.
      cast: (cell, { quoting }) => (cell === '' && !quoting ? null : cell),
    })
    if (!Array.isArray(records)) return fail('it is not CSV')
    const [first, ...lines]: readonly (readonly (string | null)[])[] = records
    if (first === undefined) return fail('it is empty: the first line must name the columns')
    const names = first.map((name) => name ?? '')
    const twice = names.find((name, index) => name === '' || names.indexOf(name) !== index)
    if (twice !== undefined) return fail(`line 1 names the column "${twice}" twice, or leaves a name out`)
    return ok(
      lines.map((cells) => Object.fromEntries(names.map((name, index) => [name, cells[index] ?? null]))),
    )
  } catch (error) {
    return fail(`it is not CSV: ${error instanceof Error ? error.message : 'unknown'}`)
  }
}
