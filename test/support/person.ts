import { Browser } from '../../demo/browser.ts'
import { readForm } from '../../demo/form.ts'
import type { ServerProcess } from './server-process.ts'

/** What an app gets when it is registered. */
export type Registration = { readonly clientId: string; readonly clientSecret: string }

/** Somebody at a browser, signed in as root. */
export async function signInAsRoot(server: ServerProcess): Promise<Browser> {
  const browser = new Browser()
  const signedIn = await browser.open(server.rootLink ?? '')
  if (signedIn.status !== 302)
    throw new Error(`the sign-in link answered ${signedIn.status}: ${signedIn.text}`)
  return browser
}

/** Registers an app over the JSON API, as the signed-in person. */
export async function registerApp(
  person: Browser,
  server: ServerProcess,
  fields: Readonly<Record<string, string>>,
): Promise<Registration> {
  const answer = await person.post(`${server.url}/-/oauth/clients.json`, Object.entries(fields))
  if (answer.status !== 200) throw new Error(`registration answered ${answer.status}: ${answer.text}`)
  const { client_id, client_secret } = JSON.parse(answer.text) as Record<string, string>
  return { clientId: client_id ?? '', clientSecret: client_secret ?? '' }
}

/** Opens an authorization request, approves what `untick` leaves ticked, and gives where the browser is sent. */
export function approve(person: Browser, request: URL, untick: readonly string[] = []): Promise<URL> {
  return decide(person, request, (fields) => fields.filter(([name]) => !untick.includes(name)))
}

/** Opens an authorization request, denies it, and gives where the browser is sent. */
export function deny(person: Browser, request: URL): Promise<URL> {
  return decide(person, request, (fields) => [...fields, ['deny', '1']])
}

type Fields = readonly (readonly [string, string])[]

async function decide(person: Browser, request: URL, change: (fields: Fields) => Fields): Promise<URL> {
  const page = await person.open(request.href)
  const form = readForm(page.text, request.pathname)
  if (form === null) throw new Error(`there is no consent form in the answer ${page.status}: ${page.text}`)
  const decided = await person.post(request.origin + request.pathname, change(form.fields))
  if (decided.location === null) throw new Error(`the decision answered ${decided.status}: ${decided.text}`)
  return decided.location
}

/** An authorization request for these scopes, in the JSON form. */
export function authorizationRequest(
  server: ServerProcess,
  parameters: Readonly<Record<string, string>>,
): URL {
  const request = new URL(`${server.url}/-/oauth/authorize`)
  request.search = new URLSearchParams({ response_type: 'code', state: 'a state', ...parameters }).toString()
  return request
}

/** Redeems a code with the secret in the body. */
export function redeem(
  server: ServerProcess,
  app: Registration,
  code: string,
  redirectUri: string,
): Promise<Response> {
  return fetch(`${server.url}/-/oauth/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      code,
      client_id: app.clientId,
      client_secret: app.clientSecret,
      redirect_uri: redirectUri,
    }),
  })
}
