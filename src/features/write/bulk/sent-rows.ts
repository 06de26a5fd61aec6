import { pipeline } from 'node:stream/promises'
import { CsvError, parse, type Info } from 'csv-parse'
import type { SqlValue } from '../../../database/values.ts'
import { isObject, parseExactJson } from '../../../http/exact-json.ts'
import { GatheredBytes } from '../../../http/gathered-bytes.ts'
import { HttpError } from '../../../http/http-error.ts'
import { CSV_RULES } from '../../csv-rules.ts'
import { rowCells } from '../values/cell-value.ts'
import { MAX_COLUMNS } from '../values/column-limit.ts'
import { headerFault, TOO_MANY_NAMES } from '../values/header-names.ts'
import { requireUtf8 } from './require-utf8.ts'
import type { BulkFormat } from '../requests/body-format.ts'

/** A row of a bulk body. */
export type SentRow = {
  /** From 1. */
  readonly number: number
  /** The line on which it ends, from 1. */
  readonly line: number
  /** Its columns. The rows of a CSV text all have the same list. */
  readonly names: readonly string[]
  /** As many as there are names. */
  readonly values: readonly SqlValue[]
}

/** The refusal of a row, by the place where somebody finds it. */
export function rowFault({ number, line }: Pick<SentRow, 'number' | 'line'>, fault: string): HttpError {
  return new HttpError(400, `Row ${number} (line ${line}): ${fault}`)
}

/**
 * Reads the rows of a body as it arrives, some at a time; `onNames` hears of the names in the first line of CSV. Throws a 400 for the first that is at fault, and a 413 for one that is too long.
 */
export function readSentRows(
  body: AsyncIterable<Uint8Array>,
  format: BulkFormat,
  maxRowBytes: number,
  onNames: (names: readonly string[]) => void,
): AsyncIterable<readonly SentRow[]> {
  const text = requireUtf8(body)
  return format === 'csv' ? readCsv(text, maxRowBytes, onNames) : readJsonLines(text, maxRowBytes)
}

const NEWLINE = 0x0a
const BYTE_ORDER_MARK = '\uFEFF'

async function* readJsonLines(
  body: AsyncIterable<Uint8Array>,
  maxRowBytes: number,
): AsyncGenerator<readonly SentRow[]> {
  let number = 0
  let line = 0
  const held = new GatheredBytes()
  const read = (bytes: Uint8Array): SentRow | null => {
    line += 1
    held.add(bytes)
    const text = held.take().toString()
    const json = line === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text
    if (json.trim() === '') return null
    number += 1
    return parseLine(json, number, line)
  }
  const requireShort = (bytes: number) => {
    if (held.length + bytes > maxRowBytes) throw tooLong(number + 1, line + 1, maxRowBytes)
  }

  for await (const chunk of body) {
    const rows: SentRow[] = []
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      requireShort(end - start)
      const row = read(chunk.subarray(start, end))
      if (row !== null) rows.push(row)
      start = end + 1
    }
    requireShort(chunk.byteLength - start)
    held.add(chunk.subarray(start))
    yield rows
  }
  const last = read(new Uint8Array())
  if (last !== null) yield [last]
}

function parseLine(json: string, number: number, line: number): SentRow {
  const parsed = parseExactJson(json)
  if (!parsed.ok) throw rowFault({ number, line }, `not JSON: ${parsed.error}`)
  if (!isObject(parsed.value)) throw rowFault({ number, line }, 'a row is an object, {"column": value}')
  const cells = rowCells(parsed.value)
  if (!cells.ok) throw rowFault({ number, line }, cells.error)
  return { number, line, names: [...cells.value.keys()], values: [...cells.value.values()] }
}

/** Rows of CSV that are handed on together. */
const BATCH_ROWS = 500

/** What csv-parse gives for a line. */
type Record = { readonly info: { readonly lines: number }; readonly record: readonly (string | null)[] }

async function* readCsv(
  body: AsyncIterable<Uint8Array>,
  maxRowBytes: number,
  onNames: (names: readonly string[]) => void,
): AsyncGenerator<readonly SentRow[]> {
  const parser = parse({
    ...CSV_RULES,
    info: true,
    max_record_size: maxRowBytes,
    relax_column_count: true,
    cast: (cell, context) => {
      // The limit of a row counts the characters of its values: those that are empty would have no end.
      if (context.index >= MAX_COLUMNS) throw tooManyValues(context.records, context.lines)
      return CSV_RULES.cast(cell, context)
    },
  })
  // What goes wrong in it comes out of the parser.
  pipeline(body, parser).catch(() => undefined)

  let names: readonly string[] | null = null
  let rows: SentRow[] = []
  let number = 0
  try {
    for await (const piece of parser) {
      const { info, record }: Record = piece
      if (names === null) {
        names = columnNames(record)
        onNames(names)
        continue
      }
      number += 1
      const row = { number, line: info.lines, names, values: record }
      if (record.length !== names.length) {
        throw rowFault(
          row,
          `it has ${count(record.length, 'value')}, and the first line ${count(names.length, 'name')}`,
        )
      }
      rows.push(row)
      if (rows.length < BATCH_ROWS) continue
      yield rows
      rows = []
    }
  } catch (error) {
    throw error instanceof CsvError ? csvRefusal(error, parser.info, maxRowBytes) : error
  }
  if (names === null) throw new HttpError(400, 'The body is empty: the first line must name the columns')
  yield rows
}

function columnNames(record: readonly (string | null)[]): readonly string[] {
  const names = record.map((name) => name ?? '')
  const fault = headerFault(names)
  if (fault !== null) throw new HttpError(400, `Line 1 ${fault}`)
  return names
}

/** `info` is how far the parser has come; the line of names is a record too. */
function csvRefusal(error: CsvError, { lines, records }: Info, maxRowBytes: number): HttpError {
  if (error.code === 'CSV_MAX_RECORD_SIZE') return tooLong(records, lines, maxRowBytes)
  return rowFault({ number: records, line: lines }, `not CSV: ${error.message}`)
}

/** `number` is 0 for the line of names. */
function tooManyValues(number: number, line: number): HttpError {
  if (number === 0) return new HttpError(400, `Line 1 ${TOO_MANY_NAMES}`)
  return rowFault({ number, line }, `too many values, maximum allowed is ${MAX_COLUMNS}`)
}

function tooLong(number: number, line: number, maxRowBytes: number): HttpError {
  return new HttpError(413, `Row ${number} (line ${line}): longer than ${maxRowBytes} bytes`)
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? '' : 's'}`
}
