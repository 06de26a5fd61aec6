import type { Compilable, CompiledQuery, Kysely, QueryResult } from 'kysely'

/** What a statement is bound to, by name. */
type Values = Readonly<Record<string, unknown>>

/**
 * A statement that is put together once, when it is first run, and after that only bound to other values: for what runs at every request. To
 * put one together takes Kysely longer than it takes SQLite to run it.
 */
export class Statement<Tables, Given extends Values, Row> {
  readonly #build: (db: Kysely<Tables>, values: Given) => Compilable<Row>
  #compiled: CompiledQuery<Row> | null = null

  /** `build` hands its values on as they are: it can neither calculate with them nor decide by them. */
  constructor(build: (db: Kysely<Tables>, values: Given) => Compilable<Row>) {
    this.#build = build
  }

  /** The first row, or null. `db` may be a transaction. */
  async first(db: Kysely<Tables>, values: Given): Promise<Row | null> {
    return (await this.#run(db, values)).rows[0] ?? null
  }

  /** Every row. */
  async all(db: Kysely<Tables>, values: Given): Promise<readonly Row[]> {
    return (await this.#run(db, values)).rows
  }

  /** Runs a statement that gives no rows; tells how many it changed. */
  async run(db: Kysely<Tables>, values: Given): Promise<number> {
    return Number((await this.#run(db, values)).numAffectedRows ?? 0)
  }

  #run(db: Kysely<Tables>, values: Given): Promise<QueryResult<Row>> {
    const compiled = (this.#compiled ??= this.#compile(db))
    const parameters = compiled.parameters.map((parameter) =>
      parameter instanceof Placeholder ? values[parameter.name] : parameter,
    )
    return db.executeQuery({ ...compiled, parameters })
  }

  #compile(db: Kysely<Tables>): CompiledQuery<Row> {
    const named: Given = Object.create(null)
    return this.#build(db, new Proxy(named, { get: (_, name) => new Placeholder(String(name)) })).compile()
  }
}

/** Stands for a value while a statement is put together. */
class Placeholder {
  readonly name: string

  constructor(name: string) {
    this.name = name
  }

  /** A calculation would be done once, and its result kept for every run. */
  [Symbol.toPrimitive](): never {
    throw new TypeError(`a statement cannot calculate with its value ${this.name}`)
  }
}
