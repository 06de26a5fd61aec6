import { sqliteFacts } from '../database/sqlite-facts.ts'
import type { Versions } from '../features/instance/versions.ts'
import { programVersion } from '../program-version.ts'

/** What this server is made of. */
export function readVersions(): Versions {
  const { version, compileOptions } = sqliteFacts()
  return {
    tapedeck: programVersion(),
    node: process.versions.node,
    sqlite: version,
    sqliteCompileOptions: compileOptions,
  }
}
