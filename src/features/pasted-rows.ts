import { parse } from 'csv-parse/sync'
import { isList, isObject, parseExactJson, type ExactObject } from '../http/exact-json.ts'
import { fail, ok, type Result } from '../result.ts'
import { headerFault } from './write/values/header-names.ts'
import { CSV_RULES } from './csv-rules.ts'

/** How pasted text was understood. */
export type PasteFormat = 'JSON' | LineFormat

type LineFormat = 'CSV' | 'CSV with semicolons' | 'tab-separated text'

/** What was pasted: the rows as an insert of the JSON API has them. */
export type PastedRows = { readonly format: PasteFormat; readonly rows: readonly ExactObject[] }

/**
 * Reads pasted rows. Text that begins with a bracket is JSON: a list of objects, or one. Else the first line names the columns, and
 * tabs or semicolons in it say what stands between values. A value that is left out is NULL, `""` is empty text. The failure says what is wrong and
 * where.
 */
export function parsePastedRows(text: string): Result<PastedRows, string> {
  const begins = text.trimStart()[0]
  if (begins === undefined) return fail('Paste at least one row.')
  if (begins === '[' || begins === '{') return parseJson(text)
  const firstLine = text.trimStart().split(/\r?\n/u, 1)[0] ?? ''
  return parseLines(text, formatOf(firstLine))
}

const DELIMITERS: Readonly<Record<LineFormat, string>> = {
  CSV: ',',
  'CSV with semicolons': ';',
  'tab-separated text': '\t',
}

/** Spreadsheets write semicolons where a comma stands in numbers. */
function formatOf(firstLine: string): LineFormat {
  if (firstLine.includes('\t')) return 'tab-separated text'
  const count = (separator: string) => firstLine.split(separator).length
  return count(';') > count(',') ? 'CSV with semicolons' : 'CSV'
}

function parseJson(text: string): Result<PastedRows, string> {
  const parsed = parseExactJson(text)
  if (!parsed.ok) return fail(`This is not JSON: ${parsed.error}.`)
  const sent = isList(parsed.value) ? parsed.value : [parsed.value]
  if (sent.length === 0) return fail('Paste at least one row.')
  const rows = sent.filter(isObject)
  const wrong = sent.findIndex((row) => !isObject(row))
  return wrong === -1
    ? ok({ format: 'JSON', rows })
    : fail(`Row ${wrong + 1} is no object. Rows are written {"column": value}.`)
}

function parseLines(text: string, format: LineFormat): Result<PastedRows, string> {
  try {
    const records: unknown = parse(text, {
      ...CSV_RULES,
      delimiter: DELIMITERS[format],
      // Copied cells of a spreadsheet may hold a quote of their own.
      relax_quotes: format === 'tab-separated text',
    })
    if (!Array.isArray(records)) return fail(`This is not ${format}.`)
    const [first, ...lines]: readonly (readonly (string | null)[])[] = records
    const names = (first ?? []).map((name) => (name ?? '').trim())
    const fault = headerFault(names)
    if (fault !== null) return fail(`The first line must name the columns. It ${fault}.`)
    if (lines.length === 0) return fail('The first line names the columns. There is no row below it.')
    return ok({
      format,
      rows: lines.map((cells) =>
        Object.fromEntries(names.map((name, place) => [name, cells[place] ?? null])),
      ),
    })
  } catch (error) {
    return fail(`This is not ${format}: ${error instanceof Error ? error.message : 'unknown'}.`)
  }
}
