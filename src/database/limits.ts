/** The sizes at which SQL that people write is refused. Times come with each request. */

const MEBIBYTE = 1024 * 1024

/**
 * Bytes of rows that one query may answer with, as JSON text. The server holds a whole answer until the client
 * has taken it, so this times the clients is memory; more rows than fit are for pages, which every answer can begin.
 */
export const MAX_ANSWER_BYTES = 16 * MEBIBYTE

/** Bytes of the longest statement. */
const MAX_SQL_BYTES = 1_000_000

/**
 * SQLite's limits in a reader. `length` bounds one value, so that a single function call cannot run for
 * seconds or fill the memory; a stored value beyond it cannot be read by a query (`get` still can).
 */
export const READER_LIMITS = { length: 16 * MEBIBYTE, sqlLength: MAX_SQL_BYTES, attach: 0 }

/** SQLite's limits in a writer: rows that hold larger values must stay writable. */
export const WRITER_LIMITS = { length: 128 * MEBIBYTE, sqlLength: MAX_SQL_BYTES, attach: 0 }

/** Old-generation heap of a child in MiB; beyond it V8 ends the child. */
export const CHILD_HEAP_MB = 256

/**
 * Address space of a child in KiB on Linux; beyond it SQLite reports "out of memory". Node itself reserves about 1.25 GiB of it,
 * so what a statement can really fill is about 0.5 GB, for each of the readers.
 */
export const CHILD_ADDRESS_SPACE_KB = 1664 * 1024
