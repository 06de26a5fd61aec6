import type { Child } from 'hono/jsx'
import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button } from '../../ui/button.tsx'
import { CodeBlock } from '../../ui/code-block.tsx'
import { Checkbox, SelectField, TextField } from '../../ui/field.tsx'
import { Notice } from '../../ui/notice.tsx'

/** An action that a token can be restricted to, at the level where it is offered. */
export type TokenAction = { readonly name: string; readonly description: string }

export type CreateTokenPageProps = {
  /** Where the form posts to. */
  readonly action: string
  /** What the form holds: nothing at first, what was sent after a mistake. */
  readonly form: {
    /** `''` (never), `minutes`, `hours` or `days`. */
    readonly expireType: string
    /** As it was written. */
    readonly expireDuration: string
    /** The names of the boxes that are ticked. */
    readonly ticked: ReadonlySet<string>
  }
  /** Actions for the whole site: boxes `all:ACTION`. */
  readonly allActions: readonly TokenAction[]
  /** Actions for one database: boxes `database:DB:ACTION`. */
  readonly databaseActions: readonly TokenAction[]
  /** Actions for one table: boxes `resource:DB:TABLE:ACTION`. */
  readonly resourceActions: readonly TokenAction[]
  readonly databases: readonly TokenDatabase[]
  /** Why no token was made. */
  readonly error: string | null
  /** The token that this request made; it is shown here and never again. */
  readonly created: {
    readonly token: string
    /** What the token says, as JSON text. */
    readonly decoded: string
  } | null
}

/** A database to restrict a token to, with its tables. Encoded names are tilde-encoded (host.md §8.1). */
export type TokenDatabase = {
  readonly name: string
  readonly encodedName: string
  readonly tables: readonly { readonly name: string; readonly encodedName: string }[]
}

/** Makes an API token for the reader (host.md §11.9). */
export function CreateTokenPage(props: CreateTokenPageProps): JSX.Element {
  const { form, error, created } = props
  return (
    <>
      <h1>Create an API token</h1>
      {error !== null && (
        <Notice kind="danger" title={error}>
          <p>No token was created.</p>
        </Notice>
      )}
      {created !== null && <CreatedToken {...created} />}
      <p class="lead">
        A token lets a program act as you. It can never do more than you can, and less if you say so here.
      </p>
      <form method="post" action={props.action} class="form">
        <div class="field-row">
          <SelectField
            name="expire_type"
            label="Expires"
            value={form.expireType}
            options={[
              { value: '', label: 'Never' },
              { value: 'minutes', label: 'After minutes' },
              { value: 'hours', label: 'After hours' },
              { value: 'days', label: 'After days' },
            ]}
          />
          <TextField
            name="expire_duration"
            label="How many"
            value={form.expireDuration}
            keyboard="numeric"
            text="code"
          />
        </div>
        <fieldset class="token-limits">
          <legend>What it may do</legend>
          <p class="explain">
            Tick nothing, and the token may do everything that you can. Tick something, and it may do only
            that.
          </p>
          <ActionBoxes title="Everywhere" prefix="all:" actions={props.allActions} ticked={form.ticked} />
          {props.databases.map((database) => (
            <DatabaseLimits database={database} {...props} />
          ))}
        </fieldset>
        <div class="actions">
          <Button kind="primary">Create token</Button>
        </div>
      </form>
    </>
  )
}

function CreatedToken(created: { readonly token: string; readonly decoded: string }): JSX.Element {
  return (
    <Notice kind="good" title="Your API token">
      <TextField
        name="token"
        label="Token"
        hint="Copy it now. It will not be shown again."
        value={created.token}
        text="code"
        readOnly
      />
      <details>
        <summary>What it says</summary>
        <CodeBlock label="the content of the token" text={created.decoded} />
      </details>
    </Notice>
  )
}

/** A database and its tables, folded. What is ticked is unfolded, so that nothing is granted out of sight. */
function DatabaseLimits({
  database,
  form: { ticked },
  databaseActions,
  resourceActions,
}: CreateTokenPageProps & { readonly database: TokenDatabase }): JSX.Element {
  const ofDatabase = `database:${database.encodedName}:`
  const ofTables = `resource:${database.encodedName}:`
  return (
    <details class="fold" open={hasTicked(ticked, ofDatabase) || hasTicked(ticked, ofTables)}>
      <summary>
        Database <bdi class="name">{database.name}</bdi>
      </summary>
      <ActionBoxes title="The whole database" prefix={ofDatabase} actions={databaseActions} ticked={ticked} />
      {database.tables.map((table) => (
        <ActionBoxes
          title={
            <>
              Only <bdi class="name">{table.name}</bdi>
            </>
          }
          prefix={`${ofTables}${table.encodedName}:`}
          actions={resourceActions}
          ticked={ticked}
        />
      ))}
    </details>
  )
}

function ActionBoxes(props: {
  readonly title: Child
  /** How the names of these boxes begin, with the last colon. */
  readonly prefix: string
  readonly actions: readonly TokenAction[]
  readonly ticked: ReadonlySet<string>
}): JSX.Element {
  return (
    <details class="fold" open={hasTicked(props.ticked, props.prefix)}>
      <summary>{props.title}</summary>
      {props.actions.map((action) => {
        const name = `${props.prefix}${action.name}`
        return (
          <Checkbox name={name} value="1" checked={props.ticked.has(name)} note={<code>{action.name}</code>}>
            {action.description}
          </Checkbox>
        )
      })}
    </details>
  )
}

const hasTicked = (ticked: ReadonlySet<string>, prefix: string): boolean =>
  ticked.values().some((name) => name.startsWith(prefix))
