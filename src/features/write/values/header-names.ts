import { MAX_COLUMNS } from './column-limit.ts'

/** The end of a sentence about a first line that names more columns than a table can have. */
export const TOO_MANY_NAMES = `names too many columns, maximum allowed is ${MAX_COLUMNS}`

/**
 * What is wrong with the names in the first line of a text, as the end of a sentence about it: more than a table can have, one left
 * out, or one that stands there twice; null when nothing is.
 */
export function headerFault(names: readonly string[]): string | null {
  if (names.length > MAX_COLUMNS) return TOO_MANY_NAMES
  const seen = new Set<string>()
  for (const name of names) {
    if (name === '') return 'leaves a name out'
    if (seen.has(name)) return `names the column "${name}" twice`
    seen.add(name)
  }
  return null
}
