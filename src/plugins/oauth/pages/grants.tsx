import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, ConfirmStep, EmptyState, LinkButton, Pager, Tag, TextField } from '../../../plugin.ts'
import { AppName, GrantFacts, type GrantWords } from './grant-facts.tsx'
import { mostPowerfulLast, ScopeSentence } from './scope-choice.tsx'

/** Most permissions that an item of the list names; its own page has all. */
const SHOWN_LINES = 5

export type GrantsPageProps = {
  readonly title: string
  /** Newest first. */
  readonly grants: readonly GrantWords[]
  /** The first page of the same list; null when this is it. */
  readonly firstPath: string | null
  readonly nextPath: string | null
  readonly jsonPath: string
  /** This list, where its forms go. */
  readonly action: string
  /** What is looked for, as it was sent; null on the page of one's own. */
  readonly asked: { readonly client: string; readonly actor: string } | null
  /** The trail of what happened with apps; null on the page of one's own. */
  readonly auditPath: string | null
}

/** What people gave to apps, each with the way to take it back. */
export function GrantsPage(props: GrantsPageProps): JSX.Element {
  const { asked, grants } = props
  const isFiltered = asked !== null && (asked.client !== '' || asked.actor !== '')
  return (
    <>
      <h1>{props.title}</h1>
      <p class="lead">
        {asked === null
          ? 'You let these apps act for you. Take back what an app no longer needs: it holds at its next request.'
          : 'People let these apps act for them. What you end or narrow here holds at the app’s next request.'}
      </p>
      {asked !== null && <Search action={props.action} asked={asked} isFiltered={isFiltered} />}
      {grants.length === 0 ? (
        <NoGrants isOwn={asked === null} isFiltered={isFiltered} />
      ) : (
        <ul class="item-list">
          {grants.map((grant) => (
            <GrantItem grant={grant} />
          ))}
        </ul>
      )}
      {(props.firstPath !== null || props.nextPath !== null) && (
        <Pager
          summary={grants.length === 1 ? '1 app' : `${grants.length} apps`}
          firstPath={props.firstPath}
          nextPath={props.nextPath}
        />
      )}
      {asked === null && grants.length > 0 && (
        <form method="post" action={props.action} class="actions">
          <Button kind="danger" field={{ name: 'do', value: 'end-all' }}>
            End all access
          </Button>
        </form>
      )}
      <p>
        <a href={props.jsonPath}>As JSON</a>
        {props.auditPath !== null && (
          <>
            {' · '}
            <a href={props.auditPath}>What happened with apps</a>
          </>
        )}
      </p>
    </>
  )
}

function NoGrants({
  isOwn,
  isFiltered,
}: {
  readonly isOwn: boolean
  readonly isFiltered: boolean
}): JSX.Element {
  if (isFiltered) {
    return (
      <EmptyState title="Nothing like that">
        <p>Nobody of this id has given anything to an app of this name. Leave one of the two out.</p>
      </EmptyState>
    )
  }
  return (
    <EmptyState title="No app has access">
      <p>
        {isOwn
          ? 'When an app asks you and you press Authorize, it will stand here.'
          : 'When somebody gives an app access, it will stand here.'}
      </p>
    </EmptyState>
  )
}

function Search({
  action,
  asked,
  isFiltered,
}: {
  readonly action: string
  readonly asked: NonNullable<GrantsPageProps['asked']>
  readonly isFiltered: boolean
}): JSX.Element {
  return (
    <form method="get" action={action} class="form">
      <div class="field-row">
        <TextField name="client" label="App (name or id)" value={asked.client} />
        <TextField name="actor" label="Person (id)" value={asked.actor} text="code" />
      </div>
      <div class="actions">
        <Button kind="primary">Search</Button>
        {isFiltered && (
          <LinkButton kind="plain" path={action}>
            Show all
          </LinkButton>
        )}
      </div>
    </form>
  )
}

function GrantItem({ grant }: { readonly grant: GrantWords }): JSX.Element {
  return (
    <li>
      <h2>
        <a href={grant.path}>
          <AppName app={grant.app} />
        </a>
      </h2>
      <Lines grant={grant} />
      <GrantFacts grant={grant} />
      <div class="actions">
        <LinkButton kind="plain" path={grant.path}>
          Change or end{' '}
          <span class="visually-hidden">
            the access of <AppName app={grant.app} />
          </span>
        </LinkButton>
      </div>
    </li>
  )
}

/** What is powerful must not be among what is left out. */
function Lines({ grant: { lines, path } }: { readonly grant: GrantWords }): JSX.Element {
  if (lines === null) {
    return (
      <p>
        Everything that its person can do <Tag kind="warning">Powerful</Tag>
      </p>
    )
  }
  const shown = mostPowerfulLast(lines).toReversed().slice(0, SHOWN_LINES)
  const rest = lines.length - shown.length
  return (
    <ul class="grant-lines">
      {shown.map((line) => (
        <li>
          <ScopeSentence line={line} />
        </li>
      ))}
      {rest > 0 && (
        <li>
          <a href={path}>and {rest} more</a>
        </li>
      )}
    </ul>
  )
}

/** Asks once before everything is taken back. */
export function EndAllPage({ action }: { readonly action: string }): JSX.Element {
  return (
    <ConfirmStep
      question="End the access of all your apps?"
      action={action}
      confirm={{ label: 'End all access', name: 'do', value: 'confirm-end-all' }}
      cancel={{ label: 'Keep it', path: action }}
    >
      <p>
        Every app and device that acts for you is turned away from its next request on. Those that you still
        need must ask you again.
      </p>
    </ConfirmStep>
  )
}
