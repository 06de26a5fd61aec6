import type { Child } from 'hono/jsx'
import { actorId, actorLabel, isTokenActor, type Actor } from '../auth/actor.ts'
import { ErrorPage, type ErrorPageProps } from './error-page.tsx'
import { DatabaseBusyError } from '../database/busy.ts'
import { LOCKED_TEXT } from '../database/sqlite-error.ts'
import { IMMUTABLE_TEXT } from '../features/immutable.ts'
import { bearerChallenge } from '../http/bearer-challenge.ts'
import { errorEnvelope } from '../http/error-envelope.ts'
import { BodyTooLarge, HttpError } from '../http/http-error.ts'
import { wantsJsonRefusal } from '../http/negotiate.ts'
import { sizeInWords } from '../http/size-words.ts'
import { privatePageHeaders } from '../http/security-headers.ts'
import type { Urls } from '../http/urls.ts'
import type { Logger } from '../log.ts'
import { storeFaultOf } from '../store/store-fault.ts'
import type { Resource } from '../permissions/action.ts'
import { describeAction } from '../permissions/describe-action.ts'
import type { Permissions } from '../permissions/permissions.ts'
import type { AppContext } from '../routing/context.ts'
import { neededScope, placeOf } from '../routing/needed-scope.ts'
import type { PageRenderer } from '../routing/page-view.ts'
import type { Refusal } from '../routing/route.ts'
import { Sentence } from '../ui/sentence.tsx'
import { otherPathToTry } from './unknown-path.ts'

/** Every way in which the host says no, as a page or as the error envelope (host.md §9.10). */
export interface Refusals {
  /** A token of ours that is not good: 401 everywhere, always JSON (host.md §2.2). */
  badToken(c: AppContext, message: string): Response
  /** A request that another site made a browser send (host.md §4): always a page. */
  crossSite(c: AppContext, reason: string): Promise<Response>
  /** Turned away before the handler ran. */
  refuse(c: AppContext, refusal: Refusal): Promise<Response>
  /** Whatever a handler threw: a refusal, or a bug, of which only the request's id is told. */
  thrown(c: AppContext, error: unknown): Promise<Response>
}

type RefusalDeps = {
  readonly urls: Urls
  readonly permissions: Permissions
  readonly page: PageRenderer
  readonly log: Logger
}

type Status = HttpError['status']
type Way = NonNullable<ErrorPageProps['way']>
type Problem = {
  /** What the browser's tab shows; the heading when left out. */
  readonly title?: string
  readonly heading: string
  readonly what: Child
  readonly next: string | null
  /** Where somebody goes on. */
  readonly way?: Way | null
}

/** Makes the one place where refusals become answers. */
export function createRefusals({ urls, permissions, page, log }: RefusalDeps): Refusals {
  const json = (c: AppContext, status: Status, message: string) =>
    c.body(JSON.stringify(errorEnvelope(status, [message])), status, {
      'content-type': 'application/json; charset=utf-8',
    })

  const asPage = (
    c: AppContext,
    status: Status,
    { title, way = null, ...problem }: Problem,
    requestId: string | null = null,
  ) =>
    page(c, {
      title: title ?? problem.heading,
      width: 'narrow',
      headers: privatePageHeaders(),
      body: <ErrorPage status={status} {...problem} code={null} requestId={requestId} way={way} />,
      status,
    })

  /** Signing in comes back to what was refused, or to the form that sent it; then in a new tab, since this page keeps what was written. */
  const signInLink = (c: AppContext): Way => {
    const next = isPage(c) ? urls.here(c.req.raw) : sentFrom(c)
    const label = c.get('actor') === null ? 'Sign in' : 'Sign in as somebody else'
    const isApart = !isPage(c) && next !== null
    return {
      label: isApart ? `${label} in a new tab` : label,
      path: urls.path(next === null ? '/-/sign-in' : `/-/sign-in?next=${encodeURIComponent(next)}`),
      isApart,
    }
  }

  /** `what` says it in plain words where the message is not for people. */
  const forbidden = (c: AppContext, message: string, what: Child = sentenceOf(message)) => {
    if (wantsJsonRefusal(c.req.raw)) return json(c, 403, message)
    const actor = c.get('actor')
    if (message === IMMUTABLE_TEXT) return asPage(c, 403, NEVER_CHANGES)
    const words = message === 'view-instance' ? closedWords(actor) : forbiddenWords(actor, what)
    const isLost = actor === null && !isPage(c) && sentFrom(c) !== null
    return asPage(c, 403, { ...words, ...(isLost && { next: KEPT }), way: signInLink(c) })
  }

  /** The page with the form that sent this; null where that is not known. */
  const sentFrom = (c: AppContext): string | null => {
    const referrer = c.req.header('referer') ?? ''
    const address = URL.canParse(referrer) ? new URL(referrer) : null
    if (address === null || address.origin !== urls.origin(c.req.raw)) return null
    return address.pathname + address.search
  }

  const tooLarge = (c: AppContext, { maxBytes }: BodyTooLarge): Problem => {
    const form = sentFrom(c)
    return {
      heading: HEADING[413],
      what: `A form may have ${sizeInWords(maxBytes)} at most, with the files in it. Nothing was changed.`,
      next: 'Go back in your browser, which still has what you wrote, or open the form again. A file is chosen again in any case.',
      way: form === null ? null : { label: 'Open the form again', path: form, isApart: false },
    }
  }

  const challenge = (c: AppContext, action: string, resource: Resource) => {
    const actor = c.get('actor')
    if (actor !== null && !isTokenActor(actor)) return
    const value =
      actor === null
        ? bearerChallenge({ kind: 'no-credentials' })
        : bearerChallenge({ kind: 'insufficient-scope', scope: neededScope(permissions, action, resource) })
    c.header('www-authenticate', value)
  }

  const refuseAction = (c: AppContext, name: string, resource: Resource) => {
    const action = permissions.findAction(name)
    const message = FORBIDDEN_TEXT[name] ?? name
    if (action === null || (message !== name && name.startsWith('view-'))) return forbidden(c, message)
    const { sentence } = describeAction(action, placeOf(resource, action.level))
    return forbidden(
      c,
      message,
      <>
        You do not have the right to do this: <Sentence parts={sentence} />.
      </>,
    )
  }

  return {
    badToken: (c, message) => {
      c.header('www-authenticate', bearerChallenge({ kind: 'invalid-token' }))
      return json(c, 401, message)
    },
    crossSite: (c, reason) =>
      asPage(c, 403, {
        title: 'CSRF check failed',
        heading: 'Form origin check failed',
        what: `${reason}. Nothing was changed.`,
        next: 'Open the form on this site again and send it from there.',
      }),
    refuse: async (c, refusal) => {
      switch (refusal.reason) {
        case 'forbidden':
          challenge(c, refusal.action, refusal.resource)
          return refuseAction(c, refusal.action, refusal.resource)
        case 'signed-out':
          return forbidden(c, 'You must be signed in')
        case 'token-not-accepted':
          return forbidden(c, 'Token authentication cannot be used here')
        case 'method-not-allowed': {
          const isJson = urls.isJsonPath(c.req.raw) || c.req.header('content-type') === 'application/json'
          return isJson ? json(c, 405, 'Method not allowed') : c.text('Method not allowed', 405)
        }
      }
    },
    thrown: async (c, thrown) => {
      const error = lockOf(thrown) ?? thrown
      if (!(error instanceof HttpError)) {
        const requestId = c.get('requestId')()
        log.error({ request_id: requestId, err: error }, 'request.failed')
        return urls.isJsonPath(c.req.raw)
          ? json(c, 500, `Something went wrong here (request ${requestId})`)
          : asPage(c, 500, FAULT, requestId)
      }
      const other = error.status === 404 ? otherPathToTry(urls.pathOf(c.req.raw)) : null
      if (other !== null) {
        return c.html('', 302, { location: `${urls.path(other)}${new URL(c.req.url).search}` })
      }
      if (error.status >= 500) log.warn({ request_id: c.get('requestId')(), err: error }, 'request.refused')
      for (const [name, value] of Object.entries(error.headers)) c.header(name, value)
      if (error.status === 403) return forbidden(c, error.message)
      if (urls.isJsonPath(c.req.raw) || c.req.header('content-type') === 'application/json')
        return json(c, error.status, error.message)
      return error instanceof BodyTooLarge
        ? asPage(c, 413, tooLarge(c, error))
        : asPage(c, error.status, { heading: HEADING[error.status], what: error.message, next: null })
    },
  }
}

const isPage = (c: AppContext): boolean => c.req.method === 'GET' || c.req.method === 'HEAD'

const sentenceOf = (message: string): string => `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}.`

/** What somebody reads whose form was refused because they are not signed in (any more). */
const KEPT =
  'Nothing was saved. What you wrote is kept by this page alone: sign in in a new tab, come back here and reload this page. Your browser asks whether to send it again.'

/** What somebody reads who may not do something: what it was, who they are to the rules, and what may help. */
function forbiddenWords(actor: Actor | null, what: Child): Problem {
  const heading = 'You may not do this here'
  if (actor === null) return { heading, what, next: 'Sign in as somebody who may do this, then try again.' }
  return { heading, what, next: askForAccess(actor) }
}

/** The same where nothing here is to be seen at all. */
function closedWords(actor: Actor | null): Problem {
  if (actor === null) {
    return {
      heading: 'This site is not public',
      what: 'Only people whom its owner has let in can see it.',
      next: null,
    }
  }
  return {
    heading: 'You may not do this here',
    what: 'You are signed in, and its owner has not let you see this site yet.',
    next: askForAccess(actor),
  }
}

/** Nobody can be given access to that. */
const NEVER_CHANGES: Problem = {
  heading: 'Nothing changes in this database',
  what: 'The owner of this site serves its file as one that never changes, so nobody can change it here.',
  next: null,
}

function askForAccess(actor: Actor): string {
  const label = actorLabel(actor)
  const id = actorId(actor)
  const called = id === null || id === label ? label : `${label} (id ${id})`
  return `You are signed in as ${called}. Ask the owner of this site for access and tell them your id, or sign in as somebody else.`
}

/** Another process holds a lock, of a served file or of the internal database: the request is good, and need not wait here. */
function lockOf(error: unknown): HttpError | null {
  const isLock = error instanceof DatabaseBusyError || storeFaultOf(error)?.reason === 'busy'
  return isLock ? new HttpError(503, LOCKED_TEXT, { cause: error, headers: { 'retry-after': '1' } }) : null
}

/** What is said instead of the bare action name (host.md §9.10). */
const FORBIDDEN_TEXT: Readonly<Record<string, string>> = {
  'view-database': 'You do not have permission to view this database',
  'view-table': 'You do not have permission to view this table',
  'view-query': 'You do not have permission to view this query',
  'insert-row': 'Permission denied',
}

const HEADING: Readonly<Record<Status, string>> = {
  400: 'This request cannot be answered',
  401: 'You must be signed in',
  403: 'You may not do this here',
  404: 'There is nothing here',
  405: 'Method not allowed',
  408: 'The request took too long',
  409: 'This is already taken',
  413: 'This is too large',
  415: 'This kind of content is not taken here',
  422: 'This request cannot be answered',
  429: 'Too many requests',
  500: 'Something went wrong here',
  503: 'The server is busy',
}

const FAULT: Problem = {
  heading: HEADING[500],
  what: 'This is a fault of the server, not of your request.',
  next: 'Try again in a moment. If it stays, tell the owner of this site the request number below.',
}
