import { createReadStream } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import type { Settings } from '../../config/settings.ts'
import type { Database } from '../../database/database.ts'
import { attachment } from '../../http/attachment.ts'
import { HttpError } from '../../http/http-error.ts'
import { matchesEtag } from '../../http/etag.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { dataHeaders } from '../data-headers.ts'
import type { FeatureDeps } from '../feature-deps.ts'

/** Whether the file of a database can be had: it is one, it never changes while it is read, and the setting allows it. */
export function isDownloadable(database: Database, settings: Settings): boolean {
  return settings.allow_download && !database.isMutable && database.path !== null
}

/** `GET /:database.db`: the file of an immutable database (host.md §8.8). It is sent as fast as the client takes it. */
export const downloadHandler =
  ({ databases, settings }: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const database = databases.find(params['database'] ?? '')
    if (database === null) throw new HttpError(404, 'Invalid database')
    const { path, hash } = database
    if (path === null) throw new HttpError(404, 'Cannot download in-memory databases')
    if (!isDownloadable(database, settings)) throw new HttpError(403, 'Database download is forbidden')

    const etag = `"${hash}"`
    const headers = { ...dataHeaders(c), ETag: etag }
    if (matchesEtag(c.req.header('if-none-match'), etag)) return c.body(null, 304, headers)

    const file = await open(path)
    const described = {
      ...headers,
      'content-type': 'application/octet-stream',
      'content-disposition': attachment(basename(path)),
      'content-length': String((await file.stat()).size),
      'x-content-type-options': 'nosniff',
    }
    if (c.req.method !== 'HEAD') return c.body(streamOf(path, file), 200, described)
    await file.close()
    return c.body(null, 200, described)
  }

/** Reads on only when the client has taken what was read. The file is closed at its end, or when the client goes. */
function streamOf(path: string, file: FileHandle): ReadableStream<Uint8Array> {
  return Readable.toWeb(createReadStream(path, { fd: file }), { strategy: { highWaterMark: 1 } })
}
