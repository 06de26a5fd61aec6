/**
 * Postcards: a small app that asks somebody for two tables of their Tapedeck and shows what it was given.
 *
 * One file, `node:http` and `oauth4webapi`: authorization code with PKCE and state. Copy it and change it.
 */
import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import * as oauth from 'oauth4webapi'

// ------------------------------------------------------------- configuration

const port = Number(process.env['PORT'] ?? 8002)
const tapedeck = requireVariable('TAPEDECK_URL').replace(/\/$/, '')
const redirectUri = `http://localhost:${port}/callback`

/** What the app asks for: one scope a table, in the form `action:database/table`. */
const tables = [
  { path: 'atlas/cities', scope: 'view-table:atlas/cities' },
  { path: 'atlas/travel_diary', scope: 'view-table:atlas/travel_diary' },
]

const server: oauth.AuthorizationServer = {
  issuer: tapedeck,
  authorization_endpoint: `${tapedeck}/-/oauth/authorize`,
  token_endpoint: `${tapedeck}/-/oauth/token`,
  authorization_response_iss_parameter_supported: true,
}
const client: oauth.Client = { client_id: requireVariable('CLIENT_ID') }
const clientAuthentication = oauth.ClientSecretBasic(requireVariable('CLIENT_SECRET'))

/** The library refuses plain HTTP. This app allows it for a Tapedeck on the same machine, and nowhere else. */
const transport = {
  [oauth.allowInsecureRequests]: ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(tapedeck).hostname),
}

function requireVariable(name: string): string {
  const value = process.env[name]
  if (value === undefined || value === '') throw new Error(`Set ${name}; README.md says to what.`)
  return value
}

// ------------------------------------------------------------------ sessions

/** What the app remembers of a browser: a request for access under way, or the access it was given. */
type Session =
  | { readonly kind: 'asking'; readonly state: string; readonly codeVerifier: string }
  | { readonly kind: 'connected'; readonly accessToken: string; readonly scope: string }

/** Sessions by the random value in the browser's cookie. They end with the process. */
const sessions = new Map<string, Session>()

function sessionId(request: IncomingMessage): string | null {
  return /(?:^|;\s*)postcards=([0-9a-f]{64})(?:;|$)/.exec(request.headers.cookie ?? '')?.[1] ?? null
}

/** Ends the browser's session and starts another under a new id. */
function startSession(request: IncomingMessage, response: ServerResponse, session: Session): void {
  endSession(request)
  const id = randomBytes(32).toString('hex')
  sessions.set(id, session)
  response.setHeader('Set-Cookie', `postcards=${id}; Path=/; HttpOnly; SameSite=Lax`)
}

function endSession(request: IncomingMessage): void {
  sessions.delete(sessionId(request) ?? '')
}

// -------------------------------------------------------------------- routes

/** `GET /connect`: sends the browser to Tapedeck, where the person decides. */
async function connect(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const state = oauth.generateRandomState()
  const codeVerifier = oauth.generateRandomCodeVerifier()
  startSession(request, response, { kind: 'asking', state, codeVerifier })

  const address = new URL(`${tapedeck}/-/oauth/authorize`)
  address.search = new URLSearchParams({
    response_type: 'code',
    client_id: client.client_id,
    redirect_uri: redirectUri,
    scope: tables.map((table) => table.scope).join(' '),
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
  }).toString()
  redirect(response, address.href)
}

/** `GET /callback`: the browser comes back with a code, or with a refusal. A session can be used here once. */
async function callback(request: IncomingMessage, response: ServerResponse, address: URL): Promise<void> {
  const session = sessions.get(sessionId(request) ?? '')
  if (session?.kind !== 'asking') {
    sendPage(response, 400, '<p>This app did not ask for anything just now. <a href="/">Start again</a>.</p>')
    return
  }
  endSession(request)
  try {
    // Checks `state` and `iss`, and throws when Tapedeck reports an error.
    const answer = oauth.validateAuthResponse(server, client, address, session.state)
    const exchange = await oauth.authorizationCodeGrantRequest(
      server,
      client,
      clientAuthentication,
      answer,
      redirectUri,
      session.codeVerifier,
      transport,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(server, client, exchange)
    startSession(request, response, {
      kind: 'connected',
      accessToken: tokens.access_token,
      scope: tokens.scope ?? '',
    })
    redirect(response, '/')
  } catch (error) {
    sendPage(response, 400, `<p>${escape(explain(error))} <a href="/">Start again</a>.</p>`)
  }
}

function explain(error: unknown): string {
  if (error instanceof oauth.AuthorizationResponseError) {
    return error.error === 'access_denied' ? 'You gave no access.' : `Tapedeck refused: ${error.error}.`
  }
  if (error instanceof oauth.ResponseBodyError) return `Tapedeck refused the code: ${error.error}.`
  console.error(error)
  return 'The answer was not one that this app trusts.'
}

/** `GET /`: an invitation, or what the app can read. */
async function home(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const session = sessions.get(sessionId(request) ?? '')
  if (session?.kind !== 'connected') {
    sendPage(
      response,
      200,
      '<p>Pick a city, send a card.</p><p><a href="/connect">Connect to Tapedeck</a></p>',
    )
    return
  }
  const sections = await Promise.all(tables.map((table) => showTable(table.path, session.accessToken)))
  const granted = `<p>Granted: <code>${escape(session.scope)}</code></p>`
  sendPage(response, 200, `${granted}${sections.join('')}<p><a href="/connect">Ask again</a></p>`)
}

// ---------------------------------------------------------------------- data

/** Reads the first rows of a table with the person's token. A refusal is shown, not hidden. */
async function showTable(path: string, accessToken: string): Promise<string> {
  const answer = await fetch(`${tapedeck}/${path}.json?_size=5`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  const title = `<h2>${escape(path)}: ${answer.status} ${answer.ok ? 'opened' : 'refused'}</h2>`
  const body: unknown = await answer.json()
  return title + (answer.ok ? rowsTable(body) : `<pre>${escape(JSON.stringify(body, null, 2))}</pre>`)
}

function rowsTable(body: unknown): string {
  if (typeof body !== 'object' || body === null || !('rows' in body) || !Array.isArray(body.rows)) {
    return '<p>The answer has no rows.</p>'
  }
  const rows = body.rows.map((row) =>
    Object.values(row)
      .map((value) => `<td>${escape(String(value))}</td>`)
      .join(''),
  )
  return `<table>${rows.map((cells) => `<tr>${cells}</tr>`).join('')}</table>`
}

// ---------------------------------------------------------------------- HTTP

function redirect(response: ServerResponse, location: string): void {
  response.writeHead(303, { Location: location, 'Cache-Control': 'no-store' }).end()
}

function sendPage(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
    'Referrer-Policy': 'no-referrer',
  }).end(`<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Postcards</title>
<style>body{font:16px/1.5 system-ui;max-width:44rem;margin:3rem auto;padding:0 1rem}td{padding:.2rem .8rem .2rem 0}</style>
</head><body><h1>Postcards</h1>${body}</body></html>`)
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const address = new URL(request.url ?? '/', `http://localhost:${port}`)
  if (request.method !== 'GET') return sendPage(response, 405, '<p>This app only answers GET.</p>')
  if (address.pathname === '/') return home(request, response)
  if (address.pathname === '/connect') return connect(request, response)
  if (address.pathname === '/callback') return callback(request, response, address)
  sendPage(response, 404, '<p>There is nothing here. <a href="/">Start page</a>.</p>')
}

createServer((request, response) => {
  answer(request, response).catch((error: unknown) => {
    console.error(error)
    if (!response.headersSent) sendPage(response, 500, '<p>That did not work. Is Tapedeck running?</p>')
  })
}).listen(port, '127.0.0.1', () => console.log(`Postcards listens on http://localhost:${port}`))
