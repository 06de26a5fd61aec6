import type { SqlValue } from '../database/values.ts'

/** A statement with named parameters, which people may also see and run. */
export type Statement = { readonly sql: string; readonly params: Readonly<Record<string, SqlValue>> }
