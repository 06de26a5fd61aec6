import { keyNames, selectedColumns } from '../../database/row-key.ts'
import { readFormData } from '../../http/body.ts'
import type { HttpError } from '../../http/http-error.ts'
import { returnPageHeaders } from '../../http/security-headers.ts'
import type { AppContext } from '../../routing/context.ts'
import type { RouteParams } from '../../routing/route.ts'
import { LinkButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { crumbsTo } from '../crumbs.ts'
import type { FeatureDeps } from '../feature-deps.ts'
import { editRowPath, rowPath } from '../links.ts'
import { rowLabel, rowWords } from '../row-label.ts'
import { selectOne, selectUnchanged, updateOne } from '../write/rows/one-row.ts'
import { mayDeleteRows } from '../write/permitted/may-delete-rows.ts'
import { permittedWrite } from '../write/permitted/permitted-write.ts'
import { sayOfRow } from '../write/rows/row-message.ts'
import { writeRefusal } from '../write/permitted/write-refusal.ts'
import { fieldNames, fingerprint, isTouched } from './field-state.ts'
import { computedColumns, formFields, type FormField } from './form-field.ts'
import { RowFormPage, type RowFormPageProps } from './form-page.tsx'
import { requireFormRow, type FormRow } from './form-table.ts'
import { postedStates, postedValues, storedStates, type FieldStates } from './posted-row.ts'
import { shownFields } from './shown-fields.ts'
import { problemOf, writeFaults } from './write-faults.ts'

/** `GET /:database/:table/:pks/-/edit-row`: the form of a row. Its key stays as it is. */
export const editRowPage =
  (deps: FeatureDeps) =>
  (c: AppContext, params: RouteParams): Promise<Response> =>
    show(deps, c, requireFormRow(deps, c, params), {
      states: new Map(),
      faults: new Map(),
      changed: new Set(),
    })

/**
 * `POST /:database/:table/:pks/-/edit-row`: writes the values that the person changed, and leads to the row. Where somebody else has
 * changed the row since the form was made, the form comes again with both, and asks.
 */
export const editRow =
  (deps: FeatureDeps) =>
  async (c: AppContext, params: RouteParams): Promise<Response> => {
    const found = requireFormRow(deps, c, params)
    const form = await readFormData(c.req.raw, deps.settings.max_post_body_bytes)
    const fields = await editedFields(deps, c, found)
    const states = await postedStates(form, fields)
    const sent = new Map(
      fields.flatMap(({ column }) => {
        const was = form.get(fieldNames(column).was)
        return typeof was === 'string' ? [[column, was] as const] : []
      }),
    )
    return save(deps, c, params, { found, fields, states, sent })
  }

/** A form that came back. */
type Posted = {
  readonly found: FormRow
  readonly fields: readonly FormField[]
  readonly states: FieldStates
  /** The fingerprints of the values that it showed. */
  readonly sent: ReadonlyMap<string, string>
}

async function save(
  deps: FeatureDeps,
  c: AppContext,
  params: RouteParams,
  posted: Posted,
): Promise<Response> {
  const { found, fields, states, sent } = posted
  const { database, table, row, segment, key } = found
  const stored = (column: string) => row[column] ?? null
  const shownOf = (column: string) => sent.get(column) ?? fingerprint(stored(column))
  const touched = fields.filter(({ column }) => {
    const state = states.get(column)
    return state !== undefined && isTouched(state, shownOf(column))
  })
  const changed = fields.filter(({ column }) => shownOf(column) !== fingerprint(stored(column)))
  if (changed.length > 0) return showChanged(deps, c, posted, touched, changed)

  const values = postedValues(touched, states, stored)
  if (!values.ok)
    return show(deps, c, found, {
      states,
      faults: values.error,
      problem: problemOf({ fields: values.error, form: null }),
    })
  const rowAddress = deps.urls.path(rowPath(database.name, table.name, key))
  if (values.value.size === 0) {
    deps.say(c, {
      text: `Nothing was changed in row ${rowWords(key, rowLabel(deps, database, table, row))}`,
      kind: 'info',
    })
    return c.redirect(rowAddress, 303)
  }

  const storedKey = new Map(keyNames(table).map((name) => [name, stored(name)]))
  const updated = { name: 'update-row', database: database.name, table: table.name, pks: key } as const
  const mayDelete = mayDeleteRows(deps.permissions, c.get('actor'), database.name, table.name)
  const written = await permittedWrite(deps, c, database, {
    condition: selectUnchanged(table, storedKey, row),
    statements: [
      updateOne(table, storedKey, values.value, mayDelete),
      selectOne(table, storedKey, selectedColumns(table)),
    ],
    may: [{ operation: 'update', table: table.name }],
    does: [updated],
  })
  if (written.ok) {
    await deps.trackEvents(c, [updated])
    const now = written.value.results.at(-1)?.rows[0] ?? null
    sayOfRow(deps, c, 'Updated', { database, table, segment, row: now })
    return c.redirect(rowAddress, 303)
  }
  if (written.error.reason === 'unmet') {
    // Somebody was quicker by a moment: the row is read again, and is gone or another one.
    const now = requireFormRow(deps, c, params)
    const since = fields.filter(
      ({ column }) => fingerprint(now.row[column] ?? null) !== fingerprint(stored(column)),
    )
    if (since.length === 0) throw writeRefusal(written.error)
    return showChanged(deps, c, { ...posted, found: now }, touched, since)
  }
  const faults = writeFaults(deps, c, found, values.value, written.error)
  return show(deps, c, found, {
    states,
    faults: faults.fields,
    problem: problemOf(faults),
    status: faults.status ?? 400,
  })
}

/** The form with both: what somebody else wrote, and what this person wrote; fields that they left alone show what is there now. */
function showChanged(
  deps: FeatureDeps,
  c: AppContext,
  { found, fields, states }: Posted,
  touched: readonly FormField[],
  changed: readonly FormField[],
): Promise<Response> {
  const now = storedStates(fields, (column) => found.row[column] ?? null)
  const kept = touched.flatMap(({ column }) => {
    const state = states.get(column)
    return state === undefined ? [] : [[column, state] as const]
  })
  return show(deps, c, found, {
    states: new Map([...now, ...kept]),
    changed: new Set(changed.map(({ column }) => column)),
    status: 409,
    problem: {
      kind: 'warning',
      title: 'Somebody changed this row while you were writing',
      text: 'Nothing of yours is saved yet. Fields that you changed hold what you wrote, all others what is there now. Save again to write yours over theirs.',
    },
  })
}

/** The key is not edited: the address of the row, and what refers to it, hold on to it. */
async function editedFields(
  deps: FeatureDeps,
  c: AppContext,
  { database, table }: FormRow,
): Promise<readonly FormField[]> {
  const fields = await formFields(deps, c, database, table)
  return fields.filter(({ isKey }) => !isKey).map((field) => ({ ...field, filledWith: null }))
}

type Shown = {
  readonly states: FieldStates
  readonly faults?: ReadonlyMap<string, string>
  readonly changed?: ReadonlySet<string>
  readonly problem?: RowFormPageProps['problem']
  readonly status?: HttpError['status']
}

async function show(deps: FeatureDeps, c: AppContext, found: FormRow, shown: Shown): Promise<Response> {
  const { database, table, key, row } = found
  const { states, faults = new Map(), changed = new Set(), problem = null, status = 400 } = shown
  const words = rowWords(key, rowLabel(deps, database, table, row))
  const fields = await shownFields(deps, c, {
    database,
    table,
    fields: await editedFields(deps, c, found),
    row,
    states,
    faults,
    changed,
  })
  const heading = (
    <>
      Edit row <bdi>{words}</bdi>
    </>
  )
  return deps.page(c, {
    title: `Edit row ${words}: ${table.name}`,
    width: 'narrow',
    crumbs: crumbsTo(deps, c.get('actor'), database.name, table.name),
    headers: returnPageHeaders(),
    status: problem === null ? 200 : status,
    body:
      fields.length === 0 ? (
        <>
          <h1>{heading}</h1>
          <EmptyState title="Nothing here can be edited">
            <p>
              All that can be written in a row of <bdi class="name">{table.name}</bdi> is its key, by which
              addresses and other rows find it. To change it, delete the row and insert another.
            </p>
            <LinkButton kind="plain" path={deps.urls.path(rowPath(database.name, table.name, key))}>
              Back to the row
            </LinkButton>
          </EmptyState>
        </>
      ) : (
        <RowFormPage
          heading={heading}
          action={deps.urls.path(editRowPath(database.name, table.name, key))}
          submit="Save"
          cancelPath={deps.urls.path(rowPath(database.name, table.name, key))}
          fields={fields}
          computed={computedColumns(table)}
          maxBytes={deps.settings.max_post_body_bytes}
          problem={problem}
        />
      ),
  })
}
