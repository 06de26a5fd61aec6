import { DatabaseSync, type SQLInputValue } from 'node:sqlite'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CompiledQuery,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'
import { storeFaultOf } from './store-fault.ts'

/** Lets Kysely speak to an open `node:sqlite` database. Ending the Kysely instance closes the database. */
export class NodeSqliteDialect extends SqliteDialect {
  readonly #database: SqliteDatabase

  constructor(database: DatabaseSync) {
    const adapted = adapt(database)
    super({ database: adapted })
    this.#database = adapted
  }

  override createDriver(): SqliteDriver {
    return new ImmediateSqliteDriver({ database: this.#database })
  }
}

/**
 * Takes the write lock when a transaction begins. With SQLite's plain `begin`, two processes that have both
 * read and then want to write cannot wait for each other, and one of them fails at once.
 */
class ImmediateSqliteDriver extends SqliteDriver {
  #connection: DatabaseConnection | null = null

  /** There is one connection, and Kysely remembers each that it is given. */
  override async acquireConnection(): Promise<DatabaseConnection> {
    return (this.#connection ??= askAgain(await super.acquireConnection()))
  }

  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
}

/** How long a statement that meets another process's lock is tried again, and how long between, in milliseconds. */
const LOCK_PATIENCE_MS = 5000
const LOCK_PAUSE_MS = 10

/**
 * Tries a statement again while another process holds the lock. SQLite's own waiting would stop everything else
 * in this process; a statement that met a lock has changed nothing, so it can simply be asked again.
 */
function askAgain(connection: DatabaseConnection): DatabaseConnection {
  return {
    streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    executeQuery: async (query) => {
      for (const end = performance.now() + LOCK_PATIENCE_MS; ; await wait(LOCK_PAUSE_MS)) {
        try {
          return await connection.executeQuery(query)
        } catch (error) {
          if (storeFaultOf(error)?.reason !== 'busy' || performance.now() > end) throw error
        }
      }
    },
  }
}

/** Most statements that stay prepared. The program has a few dozen, and preparing one takes longer than running it. */
const MAX_PREPARED = 200

function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>()
  const prepare = (sql: string): SqliteStatement => {
    const statement = database.prepare(sql)
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...parameters.map(bindable)),
      run: (parameters) => statement.run(...parameters.map(bindable)),
      // One that is read row by row is its own: another reader would start it again.
      iterate: (parameters) => database.prepare(sql).iterate(...parameters.map(bindable)),
    }
  }
  return {
    close: () => database.close(),
    prepare: (sql) => {
      const known = prepared.get(sql)
      if (known !== undefined) return known
      const statement = prepare(sql)
      const [oldest] = prepared.keys()
      if (prepared.size >= MAX_PREPARED && oldest !== undefined) prepared.delete(oldest)
      prepared.set(sql, statement)
      return statement
    },
  }
}

/** SQLite has no booleans and no dates: a caller that sends one has forgotten to decide how it is stored. */
function bindable(value: unknown): SQLInputValue {
  if (value === null || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') {
    return value
  }
  if (value instanceof Uint8Array) return value
  throw new TypeError(`SQLite cannot store a value of type ${typeof value}`)
}
