import { createTestServer, type TestServer, type TestServerOptions } from '../../testing.ts'
import { passwordsPlugin } from './plugin.ts'

/** A password that is good enough, and another. */
export const PASSWORD = 'copper otter sings at noon'
export const OTHER_PASSWORD = 'seven quiet lamps, one moth'

export const SIGN_IN = '/-/passwords/sign-in'
export const CHANGE = '/-/passwords/change'
export const INVITATION = '/-/passwords/invitation'

/** A server with this plugin alone, for the plugin's tests. */
export const createSite = (options: TestServerOptions = {}): Promise<TestServer> =>
  createTestServer({ plugins: [passwordsPlugin], ...options })

/** The token in the link that a command printed. */
export function tokenIn(printed: string): string {
  const token = /token=(?<token>[0-9a-f]{64})$/mu.exec(printed)?.groups?.['token']
  if (token === undefined) throw new Error(`no link in: ${printed}`)
  return token
}

/** Accepts an invitation. */
export const accept = (
  server: TestServer,
  token: string,
  password = PASSWORD,
  cookie: string | null = null,
): Promise<Response> =>
  server.request(INVITATION, {
    form: { token, new_password: password, again: password },
    ...(cookie !== null && { headers: { cookie } }),
  })

/** Opens an account, chooses the password, and gives the cookies of the browser that did. */
export async function join(server: TestServer, name: string): Promise<string> {
  const answer = await accept(server, tokenIn(await server.command('users', 'add', name)))
  if (answer.status !== 303) throw new Error(`${name} was not let in: ${await answer.text()}`)
  return cookiesOf(answer)
}

/** The cookies that an answer sets, for the next request. */
export const cookiesOf = (answer: Response): string =>
  answer.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0] ?? '')
    .join('; ')

export type Typed = { readonly name?: string; readonly password?: string; readonly next?: string }

/** Sends the sign-in form. */
export const signIn = (
  server: TestServer,
  { name = 'ann', password = PASSWORD, ...rest }: Typed,
  from: { readonly address?: string; readonly cookie?: string } = {},
): Promise<Response> =>
  server.request(SIGN_IN, {
    form: { name, password, ...rest },
    address: from.address ?? '127.0.0.1',
    ...(from.cookie !== undefined && { headers: { cookie: from.cookie } }),
  })

/** Who the server takes the bearer of these cookies for. */
export async function actorOf(server: TestServer, cookie: string): Promise<unknown> {
  const answer = await server.request('/-/actor.json', { headers: { cookie } })
  return ((await answer.json()) as { actor: unknown }).actor
}

/** The heading and the notices of a page, as text. */
export async function saidBy(answer: Response): Promise<string> {
  const html = await answer.text()
  const parts =
    html.match(/<h1>.*?<\/h1>|<div class="notice.*?<\/div>|<p class="field-error".*?<\/p>/gsu) ?? []
  return parts
    .map((part) =>
      part
        .replaceAll(/<[^>]+>/gu, ' ')
        .replaceAll(/\s+/gu, ' ')
        .trim(),
    )
    .join(' | ')
}
