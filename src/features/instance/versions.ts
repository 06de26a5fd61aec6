import type { JsonObject } from '../../http/json.ts'

/** What a server is made of. */
export type Versions = {
  readonly tapedeck: string
  readonly node: string
  readonly sqlite: string
  readonly sqliteCompileOptions: readonly string[]
}

/** The Datasette whose language this is. */
const DATASETTE_VERSION = '1.0a37'

/** `/-/versions.json` (host.md §11.1). Node stands where Datasette has Python. */
export function versionsJson({ tapedeck, node, sqlite, sqliteCompileOptions }: Versions): JsonObject {
  const fts = ['FTS5', 'FTS4', 'FTS3'].filter((name) => sqliteCompileOptions.includes(`ENABLE_${name}`))
  return {
    ok: true,
    tapedeck: { version: tapedeck },
    node: { version: node },
    datasette: { version: DATASETTE_VERSION, note: `spoken by Tapedeck ${tapedeck}` },
    sqlite: {
      version: sqlite,
      fts_versions: fts,
      extensions: { json1: true },
      compile_options: sqliteCompileOptions,
    },
  }
}
