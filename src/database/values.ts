/** A value that SQLite can hold. A bigint is an INTEGER of 64 bits, a number a REAL, also where it is whole. */
export type SqlValue = null | number | bigint | string | Uint8Array

/** Values for `?` placeholders by position, or for `:name` placeholders by name (without the colon). */
export type SqlParams = readonly SqlValue[] | Readonly<Record<string, SqlValue>>
