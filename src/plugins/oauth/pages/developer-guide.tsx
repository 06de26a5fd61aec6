import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock, KeyValueList } from '../../../plugin.ts'
import { CODE_TTL_SECONDS } from '../protocol/grants/authorization-code.ts'
import { formatShellCommand } from './shell-command.ts'

/** Addresses that a client talks to, complete with scheme and host. */
export type Endpoints = { readonly authorize: string; readonly token: string }

export type DeveloperGuideProps = {
  readonly endpoints: Endpoints
  /** The client that the examples speak for. */
  readonly client: {
    readonly clientId: string
    readonly kind: 'confidential' | 'public'
    readonly redirectUri: string
  }
}

/** How to connect a client, for its developer: the two addresses, then the two requests of the code flow. */
export function DeveloperGuide({ endpoints, client }: DeveloperGuideProps): JSX.Element {
  return (
    <section>
      <h2>For developers</h2>
      <KeyValueList
        items={[
          { label: 'Authorization endpoint', value: <code>{endpoints.authorize}</code> },
          { label: 'Token endpoint', value: <code>{endpoints.token}</code> },
        ]}
      />
      <p>
        <strong>1.</strong> Send the person to the authorization endpoint. They see who asks and for what, and
        decide.
      </p>
      <CodeBlock label="the authorization URL" text={authorizationUrl(endpoints.authorize, client)} />
      <p>
        <strong>2.</strong> They come back to your redirect URI with a <code>code</code>. It works once, for{' '}
        {CODE_TTL_SECONDS / 60} minutes. Exchange it for a token:
      </p>
      <CodeBlock label="the token request" text={tokenRequest(endpoints.token, client)} />
      <p>
        <strong>3.</strong> Send the token with every request as <code>Authorization: Bearer</code>. It does
        what the person ticked, and never more than they can do themselves.
      </p>
    </section>
  )
}

function authorizationUrl(endpoint: string, client: DeveloperGuideProps['client']): string {
  const query = new URLSearchParams({
    response_type: 'code',
    client_id: client.clientId,
    redirect_uri: client.redirectUri,
    scope: '[["view-instance"],["view-table","DATABASE","TABLE"]]',
    state: 'RANDOM',
  })
  if (client.kind === 'public') {
    query.set('code_challenge', 'CHALLENGE')
    query.set('code_challenge_method', 'S256')
  }
  return `${endpoint}?${query.toString()}`
}

function tokenRequest(endpoint: string, client: DeveloperGuideProps['client']): string {
  const proof = client.kind === 'public' ? 'code_verifier=VERIFIER' : 'client_secret=SECRET'
  const fields = [
    'grant_type=authorization_code',
    'code=CODE',
    `redirect_uri=${client.redirectUri}`,
    `client_id=${client.clientId}`,
    proof,
  ]
  return formatShellCommand(
    ['curl', endpoint],
    fields.map((value) => ({ flag: '--data-urlencode', value })),
  )
}
