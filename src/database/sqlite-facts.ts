import { DatabaseSync } from 'node:sqlite'

/** The version of SQLite, and how it was compiled. */
export function sqliteFacts(): { readonly version: string; readonly compileOptions: readonly string[] } {
  const database = new DatabaseSync(':memory:')
  try {
    const version = database.prepare('select sqlite_version() as version').get()?.['version']
    const options = database.prepare('select compile_options as option from pragma_compile_options').all()
    return { version: String(version), compileOptions: options.map((row) => String(row['option'])) }
  } finally {
    database.close()
  }
}
