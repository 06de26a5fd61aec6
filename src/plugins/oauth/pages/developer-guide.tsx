import type { JSX } from 'hono/jsx/jsx-runtime'
import { CodeBlock, KeyValueList } from '../../../plugin.ts'
import { CODE_TTL_SECONDS } from '../protocol/grants/authorization-code.ts'
import { formatShellCommand } from './shell-command.ts'

/** Addresses that a client talks to, complete with scheme and host. */
export type Endpoints = { readonly authorize: string; readonly token: string; readonly revoke: string }

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
          { label: 'Revocation endpoint', value: <code>{endpoints.revoke}</code> },
        ]}
      />
      <p>
        <strong>1.</strong> Send the person to the authorization endpoint. They see who asks and for what, and
        decide. <code>CHALLENGE</code> is the SHA-256 of a random <code>VERIFIER</code> that you make for each
        request, in base64url (PKCE).
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
      <p>
        <strong>4.</strong> When the answer says <code>expires_in</code>, ask for <code>offline_access</code>{' '}
        in the scope as well. You then get a <code>refresh_token</code>, which works once and gives both anew:
      </p>
      <CodeBlock label="the refresh request" text={refreshRequest(endpoints.token, client)} />
      <p>
        <strong>5.</strong> When a person signs out of your app, give back what you have. It ends everything
        that came from the same approval:
      </p>
      <CodeBlock label="the revocation request" text={revocationRequest(endpoints.revoke, client)} />
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
    code_challenge: 'CHALLENGE',
    code_challenge_method: 'S256',
  })
  return `${endpoint}?${query.toString()}`
}

function tokenRequest(endpoint: string, client: DeveloperGuideProps['client']): string {
  return postAsClient(endpoint, client, [
    'grant_type=authorization_code',
    'code=CODE',
    `redirect_uri=${client.redirectUri}`,
    'code_verifier=VERIFIER',
  ])
}

const refreshRequest = (endpoint: string, client: DeveloperGuideProps['client']): string =>
  postAsClient(endpoint, client, ['grant_type=refresh_token', 'refresh_token=REFRESH_TOKEN'])

const revocationRequest = (endpoint: string, client: DeveloperGuideProps['client']): string =>
  postAsClient(endpoint, client, ['token=TOKEN'])

/** A command that posts these fields, and what proves who sends them. */
function postAsClient(
  endpoint: string,
  { clientId, kind }: DeveloperGuideProps['client'],
  fields: readonly string[],
): string {
  const proof = [`client_id=${clientId}`, ...(kind === 'confidential' ? ['client_secret=SECRET'] : [])]
  return formatShellCommand(
    ['curl', endpoint],
    [...fields, ...proof].map((value) => ({ flag: '--data-urlencode', value })),
  )
}
