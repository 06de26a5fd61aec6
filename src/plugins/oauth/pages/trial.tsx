import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock, LinkButton, Notice, Sentence, type ActionDescription } from '../../../plugin.ts'
import type { TokenResponse } from '../protocol/access-token.ts'
import type { Introspection } from '../protocol/introspection.ts'
import { formatShellCommand } from './shell-command.ts'

export type TrialOutcome =
  /** The authorization endpoint answered with an error. */
  | { readonly kind: 'refused'; readonly error: string; readonly description: string | null }
  /** It gave a code, and the token endpoint would not take it. */
  | { readonly kind: 'not-exchanged'; readonly error: string; readonly description: string }
  | {
      readonly kind: 'exchanged'
      /** No token of it reaches the page. */
      readonly response: TokenResponse
      /** What the token could do, in words. */
      readonly scopes: readonly ActionDescription[]
      /** What the site would have told of the token while it lived. */
      readonly introspection: Introspection
    }

export type TrialPageProps = {
  readonly client: {
    readonly clientId: string
    readonly name: string
    readonly kind: 'confidential' | 'public'
  }
  readonly authorizeUrl: string
  readonly tokenUrl: string
  /** What was asked for, as it was typed. */
  readonly scope: string
  /** This page, which stood in for the app. */
  readonly redirectUri: string
  readonly outcome: TrialOutcome
  /** The app's own page, where the same can be tried again. */
  readonly clientPath: string
}

/** The steps of a flow that an owner has just gone through with their own app. */
export function TrialPage(props: TrialPageProps): JSX.Element {
  const { client, outcome } = props
  return (
    <>
      <h1>
        Trying <bdi class="name">{client.name}</bdi>
      </h1>
      <Verdict outcome={outcome} />
      <section>
        <h2>1. The authorization request</h2>
        <p>Your app sends the browser here. This page stood in for the app and its redirect URI.</p>
        <CodeBlock label="the authorization request" text={authorizationRequest(props)} />
      </section>
      <section>
        <h2>2. The answer</h2>
        {outcome.kind === 'refused' ? (
          <p>
            <code>error={outcome.error}</code>
            {outcome.description !== null && <>: {outcome.description}</>}
          </p>
        ) : (
          <p>
            A <code>code</code>, with the <code>state</code> of the request and the <code>iss</code> of this
            site. Compare both with yours.
          </p>
        )}
      </section>
      {outcome.kind !== 'refused' && (
        <section>
          <h2>3. The token request</h2>
          {client.kind === 'confidential' && (
            <p>Your app sends its secret. This site does not know it, and stood in for the app without.</p>
          )}
          <CodeBlock label="the token request" text={tokenRequest(props)} />
          {outcome.kind === 'not-exchanged' ? (
            <p>
              <code>error={outcome.error}</code>: {outcome.description}
            </p>
          ) : (
            <CodeBlock label="the token response" text={json(withoutTokens(outcome.response))} />
          )}
        </section>
      )}
      {outcome.kind === 'exchanged' && <Token outcome={outcome} />}
      <p class="actions">
        <LinkButton kind="plain" path={props.clientPath}>
          Back to the app
        </LinkButton>
      </p>
    </>
  )
}

function Verdict({ outcome }: Pick<TrialPageProps, 'outcome'>): JSX.Element {
  switch (outcome.kind) {
    case 'exchanged':
      return (
        <Notice kind="good" title="It works">
          <p>The token was ended at once, and nobody has seen it.</p>
        </Notice>
      )
    case 'refused':
      return (
        <Notice
          kind="warning"
          title={outcome.error === 'access_denied' ? 'You gave no access' : 'The request was refused'}
        >
          <p>Your app gets this error at its redirect URI, and no code.</p>
        </Notice>
      )
    case 'not-exchanged':
      return (
        <Notice kind="danger" title="The code was not exchanged">
          <p>A code works once. If you loaded this page again, start over from the app’s page.</p>
        </Notice>
      )
  }
}

type Exchanged = Extract<TrialOutcome, { kind: 'exchanged' }>

function Token({ outcome }: { readonly outcome: Exchanged }): JSX.Element {
  return (
    <section>
      <h2>4. What the token could do</h2>
      {outcome.response.datasette_scopes.length > 0 && outcome.scopes.length > 0 ? (
        <ul class="rows">
          {outcome.scopes.map(({ sentence }) => (
            <li>
              <span>
                <Sentence parts={sentence} />
              </span>
            </li>
          ))}
        </ul>
      ) : (
        <p>Everything that you can do.</p>
      )}
      <p>Asked about it, this site would have said:</p>
      <CodeBlock label="the introspection" text={json(outcome.introspection)} />
      <p>
        Now it says <code>{'{"active": false}'}</code>.
      </p>
    </section>
  )
}

function authorizationRequest({ authorizeUrl, client, redirectUri, scope }: TrialPageProps): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: redirectUri,
    scope,
    state: 'RANDOM',
    code_challenge: 'CHALLENGE',
    code_challenge_method: 'S256',
  })
  return `${authorizeUrl}?${query.toString()}`
}

function tokenRequest({ client, redirectUri, tokenUrl }: TrialPageProps): string {
  const fields = [
    'grant_type=authorization_code',
    'code=CODE',
    `redirect_uri=${redirectUri}`,
    `client_id=${client.clientId}`,
    ...(client.kind === 'confidential' ? ['client_secret=SECRET'] : []),
    'code_verifier=VERIFIER',
  ]
  return formatShellCommand(
    ['curl', tokenUrl],
    fields.map((value) => ({ flag: '--data-urlencode', value })),
  )
}

/** The response with every credential in it masked: whatever ends in `_token`. */
function withoutTokens(response: TokenResponse): object {
  return Object.fromEntries(
    Object.entries(response).map(([name, value]): [string, unknown] => [
      name,
      name.endsWith('_token') ? '(not shown)' : value,
    ]),
  )
}

const json = (value: object): string => JSON.stringify(value, null, 2)
