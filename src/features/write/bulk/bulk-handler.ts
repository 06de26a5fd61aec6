import type { Actor } from '../../../auth/actor.ts'
import type { RowChange } from '../../../database/database.ts'
import { keyNames } from '../../../database/row-key.ts'
import type { EventDetails } from '../../../events/event.ts'
import { bearerChallenge } from '../../../http/bearer-challenge.ts'
import { boundedBody } from '../../../http/body.ts'
import { HttpError } from '../../../http/http-error.ts'
import { tableResource } from '../../../permissions/action.ts'
import { parametersOf, type AppContext } from '../../../routing/context.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer, jsonObject } from '../../json/json-answer.ts'
import { maySeeTable } from '../../visible-tables.ts'
import {
  requireFurther,
  TO_ADD_COLUMNS,
  TO_REPLACE,
  TO_UPSERT,
  type FurtherAction,
} from '../permitted/further-permissions.ts'
import { columnChecks } from '../column-types/column-types.ts'
import { errorJson } from '../../json/json-errors.ts'
import { mayDeleteRows } from '../permitted/may-delete-rows.ts'
import { permittedWrite } from '../permitted/permitted-write.ts'
import type { RepeatableHandler } from '../requests/repeatable.ts'
import { rowsInserted } from '../rows/rows-inserted.ts'
import { schemaAfter, tableAltered } from '../rows/table-altered.ts'
import { requireWritableTable } from '../permitted/writable-table.ts'
import { writeRefusal } from '../permitted/write-refusal.ts'
import { bulkFormatOf, requirePlainBody } from '../requests/body-format.ts'
import { parseBulkOptions } from './bulk-options.ts'
import { bulkPlan } from './bulk-plan.ts'
import { readSentRows } from './sent-rows.ts'
import { judgeNames, spoolRows } from './spool-rows.ts'
import { senderOf } from '../requests/sender.ts'
import { uploadLimits } from '../requests/upload-timeout.ts'

/** Bytes of the longest row where the setting for whole bodies sets no limit. */
const MAX_ROW_BYTES = 16 * 1024 * 1024

/** Rows of one request. A row can be three bytes long, and everybody else who writes waits while they are written. */
const MAX_ROWS = 5_000_000

/**
 * `POST /:database/:table/-/insert` and `/-/upsert` with a body of JSON lines or CSV: any number of rows, all of them or none. They
 * are checked while they arrive and gathered in a file, and only when all are there the write takes its turn.
 */
export const bulkHandler =
  (deps: FeatureDeps, kind: 'insert' | 'upsert'): RepeatableHandler =>
  async (c, params, { source, begin }) => {
    const { permissions, settings, uploads } = deps
    const { database, table } = requireWritableTable(deps.databases, params)
    const format = bulkFormatOf(source.headers) ?? 'json-lines'
    requirePlainBody(source.headers, settings.max_bulk_body_bytes)
    const options = parseBulkOptions(parametersOf(c), kind)
    if (!options.ok) return errorJson(c, 400, [options.error])
    const { addsColumns, onConflict } = options.value
    const needs = {
      held: 'insert-row',
      further: [
        ...(kind === 'upsert' ? [TO_UPSERT] : []),
        ...(onConflict === 'replace' ? [TO_REPLACE] : []),
        ...(addsColumns ? [TO_ADD_COLUMNS] : []),
      ],
      resource: tableResource(database.name, table.name),
    }
    requireFurther(permissions, c.get('actor'), needs)
    const required = kind === 'upsert' ? keyNames(table) : []
    if (kind === 'upsert' && required.length === 0) {
      return errorJson(c, 400, ['The rows of this table have no key'])
    }

    const checks = await columnChecks(deps, database.name, table)
    const upload = uploads.begin(senderOf(c))
    try {
      const maxRowBytes = settings.max_post_body_bytes || MAX_ROW_BYTES
      const rules = { table, format, addsColumns, required, checks, maxRows: MAX_ROWS }
      const body = boundedBody(source, uploadLimits(settings.max_bulk_body_bytes))
      const rows = readSentRows(body, format, maxRowBytes, (names) => judgeNames(names, rules))
      const spooled = await spoolRows(rows, rules, upload)
      // A body takes minutes, and who sent it may have been signed out meanwhile, or their token revoked.
      const actor = await presentActor(deps, c)
      requireFurther(permissions, actor, { ...needs, further: [TO_INSERT, ...needs.further] })
      const mayDelete = mayDeleteRows(permissions, actor, database.name, table.name)
      const plan = bulkPlan(table, spooled, kind === 'upsert' ? 'update' : onConflict, mayDelete)
      const { rowCount } = spooled
      const answer = (rowsWritten: number) => {
        // Whoever may not look is not told which rows were there before.
        const mayView = maySeeTable(permissions, actor, database, table.name)
        const members = {
          ok: { value: true },
          rows_received: { value: rowCount },
          ...(mayView && { rows_written: { value: rowsWritten } }),
        }
        return jsonAnswer(c, jsonObject(members), dataHeaders(c), kind === 'insert' ? 201 : 200)
      }
      // Clients ask in this way whether bulk bodies are taken: nothing happens, and no event tells of it.
      if (rowCount === 0) return answer(0)

      const event: EventDetails =
        kind === 'upsert'
          ? { name: 'upsert-rows', database: database.name, table: table.name, num_rows: rowCount }
          : rowsInserted(database.name, table.name, rowCount, onConflict)
      await begin()
      const written = await permittedWrite(deps, c, database, {
        statements: [...plan.alterations, ...schemaAfter(table, plan.alterations)],
        rows: { path: upload.path, statements: plan.statements },
        may: changesOf(kind).map((operation) => ({ operation, table: table.name })),
        does: [event],
        actor,
      })
      if (!written.ok) throw writeRefusal(written.error)
      const altered = tableAltered(database.name, table, plan.alterations, written.value)
      await deps.trackEvents(c, [...altered, event], actor)
      return answer(written.value.rowsWritten)
    } finally {
      await upload.remove()
    }
  }

async function presentActor({ authenticate }: FeatureDeps, c: AppContext): Promise<Actor | null> {
  const identity = await authenticate(c.req.raw, c.env.address)
  if (identity.kind === 'known') return identity.actor
  const challenge = bearerChallenge({ kind: 'invalid-token' })
  throw new HttpError(401, identity.message, { headers: { 'www-authenticate': challenge } })
}

/** The right of the address, asked for again. */
const TO_INSERT: FurtherAction = { action: 'insert-row', denied: 'Permission denied' }

const changesOf = (kind: 'insert' | 'upsert'): readonly RowChange['operation'][] =>
  kind === 'insert' ? ['insert'] : ['insert', 'update']
