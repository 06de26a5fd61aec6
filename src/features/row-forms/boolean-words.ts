import { parseRows } from '../../database/cells.ts'
import type { Database, Table } from '../../database/database.ts'
import { readableIdentifier } from '../../database/quote-identifier.ts'
import type { Choice } from '../../ui/field.tsx'
import { keyText } from '../cells/cell-text.ts'
import type { VisitorLimits } from '../limits.ts'

const WORDS = [
  ['true', 'false'],
  ['t', 'f'],
  ['yes', 'no'],
  ['y', 'n'],
] as const

const SPELLINGS = [
  (word: string) => word,
  (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1),
  (word: string) => word.toUpperCase(),
]

/** Yes and no as SQLite itself writes them. */
export const NUMBERS: readonly Choice[] = yesOrNo('1', '0')

const WORDED = WORDS.flatMap(([yes, no]) => SPELLINGS.map((spell) => yesOrNo(spell(yes), spell(no))))

/** Rows that are looked at. */
const SAMPLE = 1000

/** How a column writes yes and no, by its first rows: 1 and 0 unless they have words alone. */
export async function booleanChoices(
  database: Database,
  table: Table,
  column: string,
  limits: VisitorLimits,
): Promise<readonly Choice[]> {
  const [name, from] = [readableIdentifier(column), readableIdentifier(table.name)]
  const answer = await database.query({
    sql: `select distinct v from (select ${name} as v from ${from} limit ${SAMPLE}) limit 10`,
    params: {},
    ...limits,
    maxRows: 10,
    shape: 'arrays',
  })
  if (!answer.ok) return NUMBERS
  const held = new Set(parseRows(answer.value.rows).map(([value = null]) => keyText(value)))
  const isHeld = (choices: readonly Choice[]) => choices.some(({ value }) => held.has(value))
  return isHeld(NUMBERS) ? NUMBERS : (WORDED.find(isHeld) ?? NUMBERS)
}

function yesOrNo(yes: string, no: string): readonly Choice[] {
  return [
    { value: yes, label: 'Yes' },
    { value: no, label: 'No' },
  ]
}
