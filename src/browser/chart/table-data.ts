/** A column of a table on the page, with its values as they are written there. */
export type Column = {
  readonly name: string
  /** Numbers are drawn; dates are a line to draw them along; all else is names. */
  readonly kind: 'number' | 'date' | 'name'
  readonly values: readonly string[]
}

/** A year, month, day or point in time, as SQLite writes it. */
const DATE = /^\d{4}(?:-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?)?)?$/u

/** Reads the rows of a table on the page: the data is there already, in the order and the words that the reader sees. */
export function readColumns(table: HTMLTableElement): readonly Column[] {
  const rows = [...(table.tBodies[0]?.rows ?? [])].map((row) =>
    Array.from(row.cells, (cell) => cell.textContent.trim()),
  )
  return Array.from(table.tHead?.rows[0]?.cells ?? [], (heading, place) => {
    const values = rows.map((row) => row[place] ?? '')
    const isNumber = heading.classList.contains('cell-number')
    return {
      name: heading.dataset['name'] ?? heading.textContent,
      kind: isNumber ? 'number' : kindOfText(values),
      values,
    }
  })
}

/** The kind of a column of text: dates only where all that is written is dates. */
export function kindOfText(values: readonly string[]): Column['kind'] {
  const written = values.filter((value) => value !== '')
  return written.length > 0 && written.every((value) => DATE.test(value)) ? 'date' : 'name'
}

/** What a chart of some columns would show first; null when there is nothing to draw. */
export function firstChoice(
  columns: readonly Column[],
): { readonly along: number; readonly drawn: number } | null {
  const numbers = columns.flatMap(({ kind }, place) => (kind === 'number' ? [place] : []))
  const dates = columns.findIndex(({ kind }) => kind === 'date')
  const names = columns.findIndex(({ kind }) => kind === 'name')
  // A year and a count are two numbers: the first is what the second is drawn along.
  const along = dates !== -1 ? dates : names !== -1 ? names : (numbers[0] ?? -1)
  const drawn = numbers.find((place) => place !== along)
  const hasRows = (columns[0]?.values.length ?? 0) > 1
  return drawn === undefined || !hasRows ? null : { along, drawn }
}

/** A point of a line. */
export type Point = {
  /** Milliseconds since 1970, UTC. */
  readonly x: number
  readonly y: number
  readonly date: string
}

/** The points of a line in the order of time. Rows without a date or a number have no place on it. */
export function linePoints(dates: readonly string[], numbers: readonly string[]): readonly Point[] {
  return dates
    .map((date, place) => ({ x: Date.parse(inUtc(date)), y: numberOf(numbers[place]), date }))
    .filter(({ x, y }) => !Number.isNaN(x) && !Number.isNaN(y))
    .sort((a, b) => a.x - b.x)
}

/** A written number; NaN for an empty cell. */
export function numberOf(text = ''): number {
  return text === '' ? NaN : Number(text)
}

/** SQLite's times have no zone; in the reader's own, some days would begin on the day before. */
function inUtc(date: string): string {
  return date.length > 10 && !date.endsWith('Z') ? `${date.replace(' ', 'T')}Z` : date.replace(' ', 'T')
}
