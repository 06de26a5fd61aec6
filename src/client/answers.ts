import { isObject, parseExactJson, type ExactJson, type ExactObject } from '../http/exact-json.ts'
import { fail, ok, type Result } from '../result.ts'
import type { Answer } from './connection.ts'
import { failure, type ClientFailure } from './failure.ts'
import type { ServerUrl } from './server-url.ts'
import { visible } from '../http/visible-text.ts'

/** Reads a good answer as a JSON object, or says what went wrong, in the server's words where it has any. */
export function readAnswer(server: ServerUrl, answer: Answer): Result<ExactObject, ClientFailure> {
  if (answer.status < 200 || answer.status >= 300) return fail(explainAnswer(server, answer))
  const parsed = parseExactJson(answer.text)
  if (!parsed.ok || !isObject(parsed.value)) {
    return fail(
      failure(
        'unexpected_answer',
        `${server.href} did not answer with JSON. Is it a Tapedeck or a Datasette?`,
      ),
    )
  }
  return ok(parsed.value)
}

/** What an answer that is no success means for the person at the terminal. */
export function explainAnswer(server: ServerUrl, answer: Answer): ClientFailure {
  const said = errorOf(answer)
  if (answer.isAnonymous && (answer.status === 401 || answer.status === 403)) {
    return failure(
      'not_signed_in',
      `You are not signed in to ${server.href}, and this is not for everybody${inWords(said)}.`,
      `Sign in: tapedeck login ${server.href}`,
    )
  }
  switch (answer.status) {
    case 401:
      return failure(
        'token_refused',
        `${server.href} does not accept the token${inWords(said)}.`,
        `Sign in again: tapedeck login ${server.href}`,
      )
    case 403:
      return failure(
        'not_allowed',
        `You may not do this on ${server.href}${inWords(said)}.`,
        widerLogin(server, answer),
      )
    case 404:
      return failure('refused', `${server.href} has nothing at ${visible(answer.path)}${inWords(said)}.`)
    case 429:
    case 503:
      return failure('refused', `${server.href} has too much to do${inWords(said)}. Try again later.`)
    default:
      return failure(
        answer.status >= 500 ? 'unexpected_answer' : 'refused',
        `${server.href} answered ${answer.status}${inWords(said)}.`,
      )
  }
}

function widerLogin(server: ServerUrl, answer: Answer): string {
  const scope = /\bscope="([^"\\]*)"/u.exec(answer.headers.get('www-authenticate') ?? '')?.[1]
  return scope === undefined
    ? 'If you may with your account, sign in with more access: see tapedeck login --help'
    : `If you may with your account, sign in with this access, which replaces what you have now (add what you still need): ` +
        `tapedeck login ${server.href} --scope '${visible(scope).replaceAll("'", '')}'`
}

const inWords = (said: string | null): string => (said === null ? '' : ` ("${said.replace(/\.$/u, '')}")`)

/** What the server says is wrong, or null: the error envelope of Datasette, or an OAuth error. */
function errorOf(answer: Answer): string | null {
  const parsed = parseExactJson(answer.text)
  if (!parsed.ok || !isObject(parsed.value)) return null
  const { error_description: description, error } = parsed.value
  return textOf(description) ?? textOf(error)
}

const textOf = (value: ExactJson | undefined): string | null =>
  typeof value === 'string' && value !== '' ? visible(value).slice(0, 500) : null
