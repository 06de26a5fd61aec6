import type { JSX } from 'hono/jsx/jsx-runtime'
import { KeyValueList, Tag, Time, type ActionDescription, type EpochSeconds } from '../../../plugin.ts'
import type { UnvouchedDeletion } from './delete-unvouched.tsx'

/** What a person gave to an app, as pages show it. */
export type GrantWords = {
  /** Its own page. */
  readonly path: string
  readonly app: {
    /** Foreign text; null for a command line that gave no name. */
    readonly name: string | null
    /** The host (and port) or the private scheme that it returns to; null for what never returns anywhere. */
    readonly host: string | null
    /** Who registered it on this site; null when nobody here did. */
    readonly registeredBy: string | null
    /** What everybody gave to it; null where only one's own is shown. */
    readonly othersPath: string | null
    /** How to delete it; null where only one's own is shown, and for what has an owner or is part of the server. */
    readonly deletion: UnvouchedDeletion | null
  }
  /** Who gave it, with the address of all that they gave; null on that person's own pages. */
  readonly person: { readonly id: string; readonly othersPath: string } | null
  /** What it may do, in words; `value` names the scope. Null for everything that the person can do. */
  readonly lines: readonly (ActionDescription & { readonly value: string })[] | null
  /** The part of this site that it is for; null for all of it. */
  readonly resource: string | null
  readonly createdAt: EpochSeconds
  readonly narrowedAt: EpochSeconds | null
  readonly lastUse: { readonly at: EpochSeconds; readonly address: string } | null
  /** Null: until it is ended. */
  readonly endsAt: EpochSeconds | null
  /** Whether the app has not fetched a token yet. */
  readonly isPending: boolean
  /** How many more this person has given to this app. */
  readonly others: number
  /** This one and the others: what finds them, and the list with them, where the form that ends them goes. */
  readonly siblings: {
    readonly client: string
    readonly actor: string | null
    readonly action: string
    readonly path: string
  }
}

/** The app's name, kept apart from our words. */
export function AppName({ app }: Pick<GrantWords, 'app'>): JSX.Element {
  return app.name === null ? <>A command line</> : <bdi class="name">{app.name}</bdi>
}

/** The facts of a grant, but for what it may do. */
export function GrantFacts({ grant }: { readonly grant: GrantWords }): JSX.Element {
  const { app, lastUse, person } = grant
  return (
    <KeyValueList
      items={[
        { label: 'App', value: <Vouching app={app} /> },
        ...(person === null
          ? []
          : [
              {
                label: 'Person',
                value: (
                  <a href={person.othersPath}>
                    <bdi>{person.id}</bdi>
                  </a>
                ),
              },
            ]),
        ...(grant.others === 0
          ? []
          : [
              {
                label: 'Access',
                value: (
                  <>
                    One of{' '}
                    <a href={grant.siblings.path}>
                      {grant.others + 1} that {person === null ? 'you' : 'this person'} gave to this app
                    </a>
                  </>
                ),
              },
            ]),
        ...(grant.resource === null
          ? []
          : [{ label: 'Only at', value: <bdi class="code">{grant.resource}</bdi> }]),
        {
          label: 'Since',
          value: (
            <>
              <Time at={grant.createdAt} />
              {grant.narrowedAt !== null && (
                <>
                  , narrowed <Time at={grant.narrowedAt} />
                </>
              )}
            </>
          ),
        },
        {
          label: 'Last used',
          value:
            lastUse === null ? (
              grant.isPending ? (
                'Not used yet: the app has not fetched its token'
              ) : (
                'Never'
              )
            ) : (
              <>
                <Time at={lastUse.at} /> from <bdi class="code">{lastUse.address}</bdi>
              </>
            ),
        },
        {
          label: 'Until',
          value:
            grant.endsAt === null ? (
              'It is taken back'
            ) : (
              <>
                <Time at={grant.endsAt} /> {grant.isPending ? 'if it is still not used' : 'at the latest'}
              </>
            ),
        },
      ]}
    />
  )
}

function Vouching({ app }: Pick<GrantWords, 'app'>): JSX.Element {
  return (
    <>
      {app.host !== null && (
        <p>
          It sends people back to <bdi class="code">{app.host}</bdi>
        </p>
      )}
      {app.registeredBy === null ? (
        <>
          <Tag kind="warning">Unverified</Tag>
          <p class="explain">
            {app.name === null
              ? 'It gave no name, and nobody here vouches for it.'
              : 'It chose its own name. Nobody here vouches for it.'}
          </p>
        </>
      ) : (
        <p class="explain">
          Registered on this site by <bdi class="name">{app.registeredBy}</bdi>.
        </p>
      )}
      {app.othersPath !== null && (
        <p>
          <a href={app.othersPath}>All that people gave to this app</a>
        </p>
      )}
    </>
  )
}

/** What full access comes to. */
export function everythingOf({ person }: Pick<GrantWords, 'person'>): string {
  return `Everything that ${person === null ? 'you' : 'its person'} can do`
}
