import type { StatementSync } from 'node:sqlite'
import { fail, ok, type Result } from '../result.ts'
import { placeholders } from './sql-text.ts'
import type { SqlParams, SqlValue } from './values.ts'
import { isList } from './wire-values.ts'

/** Values that fit a statement's placeholders. */
export type Bindings =
  | { readonly by: 'position'; readonly values: readonly SqlValue[] }
  /** Names with their sign, so that `:a` and `@a` can stand side by side. */
  | { readonly by: 'name'; readonly values: Record<string, SqlValue> }

/**
 * Fits parameters to a statement. SQLite would read a missing value as NULL; here it is a failure, with
 * the message to show. Names that the statement does not use are left out.
 */
export function fitBindings(sql: string, params: SqlParams): Result<Bindings, string> {
  const wanted = placeholders(sql)
  if (isList(params)) {
    const count = countPositions(wanted)
    if (count === params.length) return ok({ by: 'position', values: params })
    return fail(
      `Incorrect number of bindings supplied. The current statement uses ${count}, and there are ${params.length} supplied.`,
    )
  }

  const position = wanted.find((placeholder) => placeholder.startsWith('?'))
  if (position !== undefined)
    return fail(`The placeholder ${position} has no name, but values were given by name.`)

  const entries: [string, SqlValue][] = []
  for (const placeholder of wanted) {
    const name = placeholder.slice(1)
    const value = Object.hasOwn(params, name) ? params[name] : undefined
    if (value === undefined) return fail(`You did not supply a value for binding parameter :${name}.`)
    entries.push([placeholder, value])
  }
  return ok({ by: 'name', values: Object.fromEntries(entries) })
}

/** Runs a statement step by step with the values bound. The rows are arrays when the handle was opened so. */
export function iterateBound(statement: StatementSync, bindings: Bindings): Iterator<unknown, unknown> {
  if (bindings.by === 'position') return statement.iterate(...bindings.values)
  statement.setAllowBareNamedParameters(false)
  return statement.iterate(bindings.values)
}

// A bare `?` takes the number after the highest so far; a name takes a number of its own.
function countPositions(wanted: readonly string[]): number {
  return wanted.reduce((highest, placeholder) => {
    const explicit = /^\?(\d+)$/.exec(placeholder)?.[1]
    return explicit === undefined ? highest + 1 : Math.max(highest, Number(explicit))
  }, 0)
}
