import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { fail, type Result } from '../result.ts'
import { DatabaseBusyError, withoutWaiting } from './busy.ts'
import type {
  Database,
  JudgedAnswer,
  JudgedStatement,
  QueryAnswer,
  QueryFailure,
  ReadQuery,
  Schema,
  SqlRow,
  Walk,
  WriteAnswer,
  WriteFailure,
  WriteRequest,
} from './database.ts'
import { gatherRows } from './gather-rows.ts'
import { SchemaReader } from './introspect.ts'
import { KeptStatements } from './kept-statements.ts'
import { MAX_ANSWER_BYTES } from './limits.ts'
import type { DatabaseFile } from './messages.ts'
import { foldLog } from './open-file.ts'
import type { ReaderPool } from './pool.ts'
import { RowWriter } from './row-json.ts'
import { explainStatementError } from './sqlite-error.ts'
import type { SqlParams } from './values.ts'
import { encodeParams, isList } from './wire-values.ts'
import type { DatabaseWriter } from './writer.ts'

/** What the server itself may spend on the rows of a page: bytes of JSON, and milliseconds until the last row is looked at. */
const WALK_BYTES = 256 * 1024
const WALK_MS = 5

/** What a database is made of. */
export type DatabaseParts = {
  readonly name: string
  /** The path as it was given, or null for the in-memory database. */
  readonly path: string | null
  readonly file: DatabaseFile
  readonly hash: string | null
  /** A connection of `openForServer` that is this database's own. */
  readonly handle: DatabaseSync
  readonly pool: ReaderPool
  /** Null for a file that cannot be changed here. */
  readonly writer: DatabaseWriter | null
}

/** A database in a file; the in-memory database is one in a temporary file. */
export class FileDatabase implements Database {
  readonly name: string
  readonly path: string | null
  readonly isMutable: boolean
  readonly isWritable: boolean
  readonly hash: string | null
  readonly color: string
  readonly #parts: DatabaseParts
  readonly #schemas: SchemaReader
  readonly #rows: KeptStatements
  readonly #walks: KeptStatements

  constructor(parts: DatabaseParts) {
    this.#parts = parts
    this.name = parts.name
    this.path = parts.path
    this.isMutable = !parts.file.immutable
    this.isWritable = parts.writer !== null
    this.hash = parts.hash
    this.color = (parts.hash ?? createHash('md5').update(parts.name).digest('hex')).slice(0, 6)
    this.#rows = new KeptStatements(parts.handle, 'object')
    this.#walks = new KeptStatements(parts.handle, 'array')
    this.#schemas = new SchemaReader(parts.handle, parts.file.immutable)
  }

  /** The id of the process that writes; null when there is none. */
  get writerPid(): number | null {
    return this.#parts.writer?.pid ?? null
  }

  sizeInBytes(): number {
    // A file that was deleted is still open, and still answers.
    return this.path === null ? 0 : (statSync(this.#parts.file.path, { throwIfNoEntry: false })?.size ?? 0)
  }

  dataVersion(): number | null {
    if (!this.isMutable) return 0
    try {
      return Number(this.get('PRAGMA data_version', [])?.['data_version'])
    } catch (error) {
      if (error instanceof DatabaseBusyError) return null
      throw error
    }
  }

  schema(): Schema {
    return this.#schemas.current()
  }

  get(sql: string, params: SqlParams): SqlRow | null {
    return withoutWaiting(() => {
      const statement = this.#rows.statement(sql)
      return (isList(params) ? statement.get(...params) : statement.get(params)) ?? null
    })
  }

  walk({ sql, params, maxRows, timeLimitMs, shape, style }: Walk): QueryAnswer | null {
    const end = performance.now() + Math.min(WALK_MS, timeLimitMs)
    const isOver = () => performance.now() > end
    try {
      const statement = this.#walks.statement(sql)
      const columns = statement.columns().map(({ name }) => name)
      const writer = new RowWriter(shape, columns, WALK_BYTES, style)
      const gathered = gatherRows(statement.iterate(params), writer, { maxRows, isOver })
      if (gathered === null || (gathered.truncated && gathered.count < maxRows)) return null
      const { truncated, lastRow } = gathered
      return { columns, rows: Buffer.concat(writer.end()), truncated, lastRow }
    } catch (error) {
      // A reader waits for a lock, and whoever asks it hears what else it is. A bug is thrown on.
      explainStatementError(error)
      return null
    }
  }

  query({
    sql,
    params,
    maxRows,
    maxBytes = MAX_ANSWER_BYTES,
    timeLimitMs,
    peer,
    shape,
    style,
    withLastRow = true,
    signal,
  }: ReadQuery): Promise<Result<QueryAnswer, QueryFailure>> {
    const { file, pool } = this.#parts
    const message = {
      kind: 'read',
      file,
      sql,
      params: encodeParams(params),
      maxRows,
      maxBytes: Math.min(maxBytes, MAX_ANSWER_BYTES),
      timeLimitMs,
      shape,
      ...(style !== undefined && { style }),
      withLastRow,
    } as const
    return pool.read(message, { peer: peer ?? null, signal: signal ?? null })
  }

  write(request: WriteRequest): Promise<Result<WriteAnswer, WriteFailure>> {
    return this.#written((writer) => writer.write(request))
  }

  run(statement: JudgedStatement): Promise<Result<JudgedAnswer, WriteFailure>> {
    return this.#written((writer) => writer.run(statement))
  }

  /** Waits for writes that were asked for and closes the file, which is whole without its log then. Queries are the pool's to end. */
  async close(): Promise<void> {
    await this.#parts.writer?.close()
    this.#rows.clear()
    this.#walks.clear()
    this.#parts.handle.close()
    if (this.isWritable) foldLog(this.#parts.file)
  }

  async #written<T>(
    write: (writer: DatabaseWriter) => Promise<Result<T, WriteFailure>>,
  ): Promise<Result<T, WriteFailure>> {
    if (this.#parts.writer === null) return fail({ reason: this.isMutable ? 'read-only' : 'immutable' })
    const written = await write(this.#parts.writer)
    // Others may have looked at the file in this turn already; who has written looks at it anew.
    this.#schemas.renew()
    return written
  }
}
