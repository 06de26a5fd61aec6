import type { JSX } from 'hono/jsx/jsx-runtime'
import { Button, ConfirmStep, EmptyState, LinkButton, Pager, Tag, TextField, Time } from '../../../plugin.ts'
import { AppName, everythingOf, GrantFacts, type GrantWords } from './grant-facts.tsx'
import { mostPowerfulLast, ScopeSentence } from './scope-choice.tsx'

/** Most permissions that an item of the list names; its own page has all. */
const SHOWN_LINES = 5

/** What is looked for, as it was sent; null means any. */
type Asked = { readonly client: string | null; readonly actor: string | null }

export type GrantsPageProps = {
  readonly title: string
  /** Newest first. */
  readonly grants: readonly GrantWords[]
  /** How many all pages of it have together that can be ended at once; 0 for none, and for everybody's without a search. */
  readonly found: number
  /** The first page of the same list; null when this is it. */
  readonly firstPath: string | null
  readonly nextPath: string | null
  readonly jsonPath: string
  /** This list, where its forms go. */
  readonly action: string
  readonly isOwn: boolean
  /** What is looked for, as it was sent; at one's own no person is. */
  readonly asked: Asked
  /** What happened with apps: with one's own, or with everybody's. */
  readonly auditPath: string
}

/** What people gave to apps, each with the way to take it back. */
export function GrantsPage(props: GrantsPageProps): JSX.Element {
  const { asked, grants, isOwn } = props
  const isFiltered = asked.client !== null || asked.actor !== null
  return (
    <>
      <h1>{props.title}</h1>
      <p class="lead">
        {isOwn
          ? 'You let these apps act for you. Take back what an app no longer needs: it holds at its next request.'
          : 'People let these apps act for them. What you end or narrow here holds at the app’s next request.'}
      </p>
      {!isOwn && <Search action={props.action} asked={asked} isFiltered={isFiltered} />}
      {isOwn && isFiltered && (
        <p>
          Only one app is shown. <a href={props.action}>Show all</a>
        </p>
      )}
      {grants.length === 0 ? (
        <NoGrants isOwn={isOwn} asked={asked} />
      ) : (
        <ul class="item-list">
          {grants.map((grant) => (
            <GrantItem grant={grant} />
          ))}
        </ul>
      )}
      {(props.firstPath !== null || props.nextPath !== null) && (
        <Pager
          summary={grants.length === 1 ? '1 access' : `${grants.length} accesses`}
          firstPath={props.firstPath}
          nextPath={props.nextPath}
        />
      )}
      {props.found > 0 && (
        <form method="post" action={props.action} class="actions">
          <AskedFields asked={asked} />
          <Button kind="danger" field={{ name: 'do', value: 'end-all' }}>
            {isFiltered ? endFoundLabel(props.found) : 'End all access'}
          </Button>
        </form>
      )}
      <p>
        <a href={props.jsonPath}>As JSON</a>
        {' · '}
        <a href={props.auditPath}>{isOwn ? 'What happened with your apps' : 'What happened with apps'}</a>
      </p>
    </>
  )
}

function NoGrants({
  isOwn,
  asked: { actor, client },
}: {
  readonly isOwn: boolean
  readonly asked: Asked
}): JSX.Element {
  if (actor !== null || client !== null) {
    return (
      <EmptyState title="Nothing like that">
        <p>
          {isOwn
            ? 'This app has no access of yours.'
            : actor === null
              ? 'No app of this name or id has access.'
              : client === null
                ? 'No app has access of a person of this id.'
                : 'Nobody of this id has given anything to an app of this name. Leave one of the two out.'}
        </p>
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
  readonly asked: Asked
  readonly isFiltered: boolean
}): JSX.Element {
  return (
    <form method="get" action={action} class="form">
      <div class="field-row">
        <TextField name="client" label="App (name or id)" value={asked.client ?? ''} />
        <TextField name="actor" label="Person (id)" value={asked.actor ?? ''} text="code" />
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
            the access of <AppName app={grant.app} /> since <Time at={grant.createdAt} />
          </span>
        </LinkButton>
      </div>
    </li>
  )
}

/** What is powerful must not be among what is left out. */
function Lines({ grant }: { readonly grant: GrantWords }): JSX.Element {
  const { lines, path } = grant
  if (lines === null) {
    return (
      <p>
        {everythingOf(grant)} <Tag kind="warning">Powerful</Tag>
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

function endFoundLabel(found: number): string {
  return found === 1 ? 'End the one that is found' : `End all ${found} that are found`
}

/** What is looked for, on its way through a form. */
export function AskedFields({ asked }: { readonly asked: Asked }): JSX.Element {
  return (
    <>
      {asked.client !== null && <input type="hidden" name="client" value={asked.client} />}
      {asked.actor !== null && <input type="hidden" name="actor" value={asked.actor} />}
    </>
  )
}

export type EndAllPageProps = {
  readonly action: string
  /** Where it was asked for. */
  readonly listPath: string
  readonly asked: Asked
  readonly found: number
}

/** Asks once before what was found is taken back. */
export function EndAllPage({ action, asked, found, listPath }: EndAllPageProps): JSX.Element {
  const isFiltered = asked.client !== null || asked.actor !== null
  if (isFiltered) {
    return (
      <ConfirmStep
        question={`${endFoundLabel(found)}?`}
        action={action}
        fields={<AskedFields asked={asked} />}
        confirm={{ label: 'End all that are found', name: 'do', value: 'confirm-end-all' }}
        cancel={{ label: 'Keep them', path: listPath }}
      >
        <p>
          {asked.client !== null && (
            <>
              App: <bdi class="code">{asked.client}</bdi>.{' '}
            </>
          )}
          {asked.actor !== null && (
            <>
              Person: <bdi class="code">{asked.actor}</bdi>.{' '}
            </>
          )}
          What these apps do is turned away from their next request on. To come back they must ask again.
        </p>
      </ConfirmStep>
    )
  }
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
