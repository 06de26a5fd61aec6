import type { SqlValue } from '../../database/values.ts'

/** Takes a value and returns its placeholder; under this name, where one is given. */
export type Bind = (value: SqlValue, name?: string) => string

/** Something that a row has to meet. */
export type Condition = {
  /** SQL that is true for the rows that meet it. */
  readonly sql: (bind: Bind) => string
  /** The same in words, as `human_description_en` has it; null for what is told elsewhere. */
  readonly words: string | null
}

/** "where a = 1, b = 2 and c = 3", or nothing for no conditions. */
export function inWords(conditions: readonly Condition[]): string {
  const words = conditions.map((condition) => condition.words).filter((text) => text !== null)
  const last = words.pop()
  if (last === undefined) return ''
  return words.length === 0 ? `where ${last}` : `where ${words.join(', ')} and ${last}`
}
