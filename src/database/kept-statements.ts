import type { DatabaseSync, StatementSync } from 'node:sqlite'

/** How many are kept; ours are few and come again and again. */
const CAPACITY = 200

/** Prepared statements of one connection, the ones used latest. */
export class KeptStatements {
  readonly #handle: DatabaseSync
  readonly #rowsAre: 'object' | 'array'
  readonly #statements = new Map<string, StatementSync>()

  /** `rowsAre`: what a statement gives for a row, an object by names or an array in order. */
  constructor(handle: DatabaseSync, rowsAre: 'object' | 'array') {
    this.#handle = handle
    this.#rowsAre = rowsAre
  }

  /** Prepares a statement, unless it is at hand. Throws SQLite's error. */
  statement(sql: string): StatementSync {
    const statement = this.#statements.get(sql) ?? this.#prepare(sql)
    this.#statements.delete(sql)
    this.#statements.set(sql, statement)
    const [oldest] = this.#statements.keys()
    if (oldest !== undefined && this.#statements.size > CAPACITY) this.#statements.delete(oldest)
    return statement
  }

  /** Lets all of them go. */
  clear(): void {
    this.#statements.clear()
  }

  #prepare(sql: string): StatementSync {
    const statement = this.#handle.prepare(sql)
    if (this.#rowsAre === 'array') statement.setReturnArrays(true)
    return statement
  }
}
