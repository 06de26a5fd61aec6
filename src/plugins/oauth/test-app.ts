/** For the tests of this folder: a server with the provider, an app that somebody registered at it, and the person in between. */
import { createHash } from 'node:crypto'
import { createTestServer, type TestRequest, type TestServer, type TestServerOptions } from '../../testing.ts'
import { oauthPlugin } from './plugin.ts'

/** Who registers apps. */
export const ALICE = { id: 'alice', role: 'developer' } as const

let developers = 0

/** Somebody else who may register apps, and has none yet. */
export function newDeveloper(): { readonly id: string; readonly role: string } {
  developers += 1
  return { id: `developer-${developers}`, role: 'developer' }
}

/** Who is asked for access. She may add rows to `team/posts`, and let devices in, as Dave and every editor may. */
export const CAROL = { id: 'carol' } as const

/** Somebody else who may let devices in. */
export const DAVE = { id: 'dave' } as const

/** Who looks after what everybody gave to apps. */
export const MANAGER = { id: 'manager' } as const

/** A program's request and a browser's. */
export const BROWSER = { accept: 'text/html,application/xhtml+xml' } as const

/** An app as its developer knows it. */
export type TestApp = {
  readonly clientId: string
  readonly secret: string | null
  readonly redirectUri: string
}

/** Starts a server with the provider alone. `oauth` is its block in the configuration. */
export function startProvider(
  oauth: object = {},
  options: Omit<TestServerOptions, 'plugins' | 'config' | 'databases'> = {},
  settings: object = {},
): Promise<TestServer> {
  return createTestServer({
    plugins: [oauthPlugin],
    databases: {
      team: 'create table posts (id integer primary key, title text); create table plans (id integer primary key)',
    },
    config: {
      settings,
      permissions: {
        'oauth-manage-clients': { role: 'developer' },
        'oauth-manage-grants': MANAGER,
        'oauth-device-tokens': { id: ['carol', 'dave', 'root'], role: 'editor' },
      },
      databases: {
        team: {
          tables: {
            posts: { permissions: { 'insert-row': { id: 'carol' } } },
            plans: { allow: { role: 'developer' } },
          },
        },
      },
      plugins: { 'datasette-oauth': oauth },
    },
    ...options,
  })
}

/** Registers an app, for Alice unless another owner is named. */
export async function registerApp(
  server: TestServer,
  kind: 'confidential' | 'public' = 'confidential',
  redirectUri = 'https://app.example/cb',
  actor: TestRequest['actor'] = ALICE,
): Promise<TestApp> {
  const response = await server.request('/-/oauth/clients.json', {
    actor,
    json: { client_name: 'Report Maker', redirect_uri: redirectUri, client_type: kind },
  })
  const body = new Map(Object.entries(await jsonOf(response)))
  const secret = body.get('client_secret')
  return {
    clientId: String(body.get('client_id')),
    secret: typeof secret === 'string' ? secret : null,
    redirectUri,
  }
}

/** The parameters of a good authorization request; `changes` replaces some, and null takes one away. */
export function authorizePath(app: TestApp, changes: Readonly<Record<string, string | null>> = {}): string {
  const parameters = new URLSearchParams()
  const all = {
    response_type: 'code',
    client_id: app.clientId,
    redirect_uri: app.redirectUri,
    scope: '[["view-instance"],["insert-row","team","posts"]]',
    state: 'opaque',
    ...changes,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) parameters.set(name, value)
  return `/-/oauth/authorize?${parameters.toString()}`
}

/** Sends Carol's browser to the authorization endpoint, or somebody else's whom `request` names. */
export function ask(server: TestServer, path: string, request: TestRequest = {}): Promise<Response> {
  return server.request(path, { actor: CAROL, headers: BROWSER, ...request })
}

/** The hidden field of a consent page. */
export function ticketOf(page: string): string {
  return /name="ticket" value="(?<ticket>[^"]*)"/u.exec(page)?.groups?.['ticket'] ?? ''
}

/** The names of the boxes that a browser would send with the page untouched. */
export function tickedBoxes(page: string): Readonly<Record<string, string>> {
  const boxes = [...page.matchAll(/<input type="checkbox" name="(?<name>[^"]+)" value="on" checked=""/gu)]
  return Object.fromEntries(boxes.map((box) => [box.groups?.['name'] ?? '', 'on']))
}

/** Opens the consent page and posts a decision, Carol's unless another person is named; without `form` everything that was offered stays ticked. */
export async function decideOn(
  server: TestServer,
  path: string,
  form?: Readonly<Record<string, string>>,
  actor: TestRequest['actor'] = CAROL,
): Promise<Response> {
  const page = await (await ask(server, path, { actor })).text()
  return server.request('/-/oauth/authorize', {
    actor,
    headers: BROWSER,
    form: { ticket: ticketOf(page), ...(form ?? tickedBoxes(page)) },
  })
}

/** Goes all the way to a code; `form` is as in `decideOn`. */
export async function obtainCode(
  server: TestServer,
  app: TestApp,
  changes: Readonly<Record<string, string | null>> = {},
  form?: Readonly<Record<string, string>>,
): Promise<string> {
  return locationOf(await decideOn(server, authorizePath(app, changes), form)).searchParams.get('code') ?? ''
}

/** Where a redirect leads. */
export function locationOf(response: Response): URL {
  return new URL(response.headers.get('location') ?? 'missing:')
}

/** The token request of the app; `changes` replaces fields, and null takes one away. */
export function redeem(
  server: TestServer,
  app: TestApp,
  code: string,
  changes: Readonly<Record<string, string | null>> = {},
  headers: Readonly<Record<string, string>> = {},
): Promise<Response> {
  const form = new URLSearchParams()
  const all = {
    grant_type: 'authorization_code',
    code,
    client_id: app.clientId,
    client_secret: app.secret,
    redirect_uri: app.redirectUri,
    ...changes,
  }
  for (const [name, value] of Object.entries(all)) if (value !== null) form.set(name, value)
  return server.request('/-/oauth/token', { form, headers })
}

/** Starts a provider whose device flow is on. */
export function startDeviceProvider(
  oauth: object = {},
  options: Parameters<typeof startProvider>[1] = {},
  settings: object = {},
): Promise<TestServer> {
  return startProvider({ enable_device_flow: true, ...oauth }, options, settings)
}

/** What a device got for its request. */
export type DeviceCodes = { readonly deviceCode: string; readonly userCode: string }

/** Asks for access as a device does; `form` is what it sends. */
export async function requestDevice(
  server: TestServer,
  form: Readonly<Record<string, string>> = { scope: '[["view-instance"],["insert-row","team","posts"]]' },
  request: TestRequest = {},
): Promise<DeviceCodes> {
  const answer = await jsonOf(await server.request('/-/oauth/device', { form, ...request }))
  return { deviceCode: String(answer['device_code']), userCode: String(answer['user_code']) }
}

/** Enters a code, as Carol unless another person is named. */
export function enterCode(server: TestServer, code: string, request: TestRequest = {}): Promise<Response> {
  return server.request('/-/oauth/device/verify', {
    actor: CAROL,
    headers: BROWSER,
    form: { code },
    ...request,
  })
}

/** Posts a decision of a review page; without `form` everything that was offered stays ticked. */
export function decideDevice(
  server: TestServer,
  page: string,
  form?: Readonly<Record<string, string>>,
  request: TestRequest = {},
): Promise<Response> {
  return server.request('/-/oauth/device/verify', {
    actor: CAROL,
    headers: BROWSER,
    form: { ticket: ticketOf(page), ...(form ?? { ...tickedBoxes(page), token_ttl_seconds: '3600' }) },
    ...request,
  })
}

/** Enters the code and posts a decision, Carol's. */
export async function approveDevice(
  server: TestServer,
  { userCode }: DeviceCodes,
  form?: Readonly<Record<string, string>>,
): Promise<Response> {
  return decideDevice(server, await (await enterCode(server, userCode)).text(), form)
}

/** Polls as the device does; `changes` replaces fields, and null takes one away. */
export function poll(
  server: TestServer,
  { deviceCode }: DeviceCodes,
  changes: Readonly<Record<string, string | null>> = {},
  request: TestRequest = {},
): Promise<Response> {
  const all = {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
    ...changes,
  }
  const form = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
  return server.request('/-/oauth/token', { form: new URLSearchParams(form), ...request })
}

/** What a poll says: `token`, or the error. */
export async function pollOutcome(...call: Parameters<typeof poll>): Promise<string> {
  const answer = await jsonOf(await poll(...call))
  return answer['access_token'] === undefined ? String(answer['error']) : 'token'
}

/** Goes all the way to an access token; `form` is as in `decideOn`. */
export async function obtainToken(
  server: TestServer,
  app: TestApp,
  changes: Readonly<Record<string, string | null>> = {},
  form?: Readonly<Record<string, string>>,
): Promise<string> {
  const { access_token: token } = await jsonOf(
    await redeem(server, app, await obtainCode(server, app, changes, form)),
  )
  return String(token)
}

/** What the token endpoint gave to an app that refreshes. */
export type RefreshablePair = { readonly access: string; readonly refresh: string }

/** Goes all the way to an access token and a refresh token, for what `changes` asks beside `offline_access`. */
export async function obtainPair(
  server: TestServer,
  app: TestApp,
  changes: Readonly<Record<string, string | null>> = {},
): Promise<RefreshablePair> {
  const scope = 'view-instance view-table:team/posts offline_access'
  const pkce = app.secret === null ? pkcePair() : null
  const asked = pkce && { code_challenge: pkce.challenge, code_challenge_method: 'S256' }
  const code = await obtainCode(server, app, { scope, ...asked, ...changes })
  return pairOf(await redeem(server, app, code, pkce === null ? {} : { code_verifier: pkce.verifier }))
}

/** The two tokens of an answer; empty text for one that is not there. */
export async function pairOf(response: Response): Promise<RefreshablePair> {
  const { access_token: access = '', refresh_token: refresh = '' } = await jsonOf(response)
  return { access: String(access), refresh: String(refresh) }
}

/** A refresh of the app; `changes` replaces fields, and null takes one away. */
export function refresh(
  server: TestServer,
  app: TestApp,
  token: string,
  changes: Readonly<Record<string, string | null>> = {},
): Promise<Response> {
  const all = {
    grant_type: 'refresh_token',
    refresh_token: token,
    client_id: app.clientId,
    client_secret: app.secret,
    ...changes,
  }
  const form = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== null)
  return server.request('/-/oauth/token', { form: new URLSearchParams(form) })
}

/** Whom the server sees behind a token: the status of `/-/actor.json`, and the actor. */
export async function actorOf(
  server: TestServer,
  token: string,
): Promise<{ readonly status: number; readonly actor: unknown }> {
  const response = await server.request('/-/actor.json', { token })
  return { status: response.status, actor: (await jsonOf(response))['actor'] }
}

/** A JSON object out of a response. */
export async function jsonOf(response: Response): Promise<Readonly<Record<string, unknown>>> {
  const body: unknown = await response.json()
  return body !== null && typeof body === 'object' ? Object.fromEntries(Object.entries(body)) : {}
}

/** A PKCE verifier and its challenge. */
export function pkcePair(verifier = 'v'.repeat(43)): {
  readonly verifier: string
  readonly challenge: string
} {
  return { verifier, challenge: createHash('sha256').update(verifier).digest('base64url') }
}
