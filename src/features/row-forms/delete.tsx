import type { SqlRow } from '../../database/database.ts'
import { readForm } from '../../http/body.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { LinkButton } from '../../ui/button.tsx'
import { ConfirmStep } from '../../ui/confirm-step.tsx'
import { keyNames, selectedColumns } from '../../database/row-key.ts'
import { KeyValueList } from '../../ui/key-value-list.tsx'
import { Notice } from '../../ui/notice.tsx'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { deleteRowPath, rowPath, tablePath } from '../links.ts'
import { rowLabel, rowWords } from '../row-label.ts'
import { deleteOne, selectUnchanged } from '../write/rows/one-row.ts'
import { permittedWrite } from '../write/permitted/permitted-write.ts'
import { sayOfRow } from '../write/rows/row-message.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'
import { consequencesOf, type Consequence } from './consequences.ts'
import { rowFingerprint } from './field-state.ts'
import { requireFormRow, type FormRow } from './form-table.ts'
import { valueInWords } from './shown-fields.ts'

/** The field that carries the fingerprint of the row that the question is about. */
const SHOWN = 'shown'

/** `GET /:database/:table/:pks/-/delete-row`: says what would be gone, and asks once. */
export const deleteRowPage =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> =>
    show(deps, c, requireFormRow(deps, c, params), 'asked')

/**
 * `POST /:database/:table/:pks/-/delete-row`: deletes the row and leads to the table. Where it is not the row any more that the question
 * was about, the question comes again with the row as it is now.
 */
export const deleteRow =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const found = requireFormRow(deps, c, params)
    const { database, table, segment, row } = found
    const shown = (await readForm(c.req.raw, deps.settings.max_post_body_bytes)).get(SHOWN)
    if (shown !== null && shown !== rowFingerprint(row)) return show(deps, c, found, 'changed')
    const deleted = {
      name: 'delete-row',
      database: database.name,
      table: table.name,
      pks: found.key,
    } as const
    const key = new Map(keyNames(table).map((name) => [name, row[name] ?? null]))
    const written = await permittedWrite(deps, c, database, {
      condition: selectUnchanged(table, key, row),
      statements: [deleteOne(table, key)],
      may: [{ operation: 'delete', table: table.name }],
      does: [deleted],
    })
    if (!written.ok) {
      if (written.error.reason === 'sql') {
        return show(deps, c, found, { refused: refusalWords(written.error.message) })
      }
      // Where it is gone, the page says that there is no such row.
      if (written.error.reason === 'unmet') return show(deps, c, requireFormRow(deps, c, params), 'changed')
      throw writeRefusal(written.error)
    }
    await deps.trackEvents(c, [deleted])
    sayOfRow(deps, c, 'Deleted', { database, table, segment, row })
    return c.redirect(deps.urls.path(tablePath(database.name, table.name)), 303)
  }

function refusalWords(message: string): string {
  return message === 'FOREIGN KEY constraint failed'
    ? 'Rows of other tables refer to this one, and the database does not let it go.'
    : `The database refused this: ${message}.`
}

async function show(
  deps: FeatureDeps,
  c: AppContext,
  found: FormRow,
  state: 'asked' | 'changed' | { readonly refused: string },
): Promise<Response> {
  const { database, table, key, row } = found
  const refused = typeof state === 'string' ? null : state.refused
  const words = rowWords(key, rowLabel(deps, database, table, row))
  const consequences = await consequencesOf(deps, c, found)
  const isHeld = refused !== null || (consequences ?? []).some(({ kind }) => kind === 'refuses')
  const back = deps.urls.path(rowPath(database.name, table.name, key))
  return deps.page(c, {
    title: `Delete row ${words}: ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
    status: state === 'asked' ? 200 : state === 'changed' ? 409 : 400,
    body: isHeld ? (
      <>
        <h1>
          Row <bdi>{words}</bdi> cannot be deleted
        </h1>
        {refused !== null && <p>{refused} Nothing was changed.</p>}
        <Consequences consequences={(consequences ?? []).filter(({ kind }) => kind === 'refuses')} />
        <LinkButton kind="plain" path={back}>
          Back to the row
        </LinkButton>
      </>
    ) : (
      <ConfirmStep
        question={
          <>
            Delete row <bdi>{words}</bdi>?
          </>
        }
        action={deps.urls.path(deleteRowPath(database.name, table.name, key))}
        fields={<input type="hidden" name={SHOWN} value={rowFingerprint(row)} />}
        confirm={{ label: 'Delete row', name: 'confirm', value: 'yes' }}
        cancel={{ label: 'Keep it', path: back }}
      >
        {state === 'changed' && <RowNow columns={selectedColumns(table)} row={row} />}
        <p>
          The row will be gone from <strong>{table.name}</strong>, and cannot be brought back.
        </p>
        {consequences === null ? (
          <p>Which rows of other tables refer to it was not counted: they may be deleted with it.</p>
        ) : (
          <Consequences consequences={consequences} />
        )}
      </ConfirmStep>
    ),
  })
}

/** The row as it is, for somebody who was asked about another. */
function RowNow({ columns, row }: { readonly columns: readonly string[]; readonly row: SqlRow }) {
  return (
    <>
      <Notice kind="warning" title="Somebody changed this row meanwhile">
        <p>Nothing was deleted. This is the row as it is now:</p>
      </Notice>
      <KeyValueList
        items={columns.map((name) => ({ label: name, value: shortText(valueInWords(row[name] ?? null)) }))}
      />
    </>
  )
}

/** Characters of a value that is only to be recognized. */
const SHOWN_CHARACTERS = 300

const shortText = (text: string): string =>
  text.length > SHOWN_CHARACTERS ? `${text.slice(0, SHOWN_CHARACTERS)}…` : text

function Consequences({ consequences }: { readonly consequences: readonly Consequence[] }) {
  if (consequences.length === 0) return <></>
  return (
    <ul class="rows">
      {consequences.map(({ kind, count, table, column }) => (
        <li>
          <span>
            {count.toLocaleString('en')} {count === 1 ? 'row' : 'rows'} of <strong>{table}</strong>{' '}
            {count === 1 ? 'refers' : 'refer'} to it by <strong>{column}</strong>. {WORDS[kind]}
          </span>
        </li>
      ))}
    </ul>
  )
}

const WORDS: Readonly<Record<Consequence['kind'], string>> = {
  deletes: 'Deleted as well, and rows that refer to those may be too.',
  'sets-null': 'Kept, with NULL in its place.',
  'sets-default': 'Kept, with the default in its place.',
  refuses: 'Until that is changed, the database does not let it go.',
}
