import type { Child } from 'hono/jsx'
import {
  formPageHeaders,
  isLoopback,
  type AppContext,
  type PageView,
  type PluginHost,
} from '../../../plugin.ts'
import type { NewPasswordRefusal } from '../protocol/password-refusal.ts'

/** Most bytes of a form with passwords: three of the longest, each byte written as three, and a little. */
export const MAX_FORM_BYTES = 16_384

type PasswordPage = {
  readonly title: string
  readonly body: Child
  /** As in `PageView`. */
  readonly isPassing?: boolean
  /** Why the last form was refused; null for a page that refuses nothing. */
  readonly refusal: NewPasswordRefusal | { readonly kind: 'over' } | null
}

const STATUS = {
  wrong: 403,
  unusable: 400,
  over: 404,
  'too-many': 429,
  busy: 503,
} as const satisfies Record<string, PageView['status']>

/** Seconds after which somebody who found too many others may try again. */
const BUSY_SECONDS = 5

/** Shows a page with a form for passwords, which no cache keeps. */
export function showPage(
  host: PluginHost,
  c: AppContext,
  { refusal, ...page }: PasswordPage,
): Promise<Response> {
  const retryAfter =
    refusal?.kind === 'too-many' ? refusal.retryAfterSeconds : refusal?.kind === 'busy' ? BUSY_SECONDS : null
  const headers = {
    ...formPageHeaders(),
    ...(retryAfter !== null && { 'retry-after': String(retryAfter) }),
  }
  return host.page(c, {
    ...page,
    width: 'narrow',
    status: refusal === null ? 200 : STATUS[refusal.kind],
    headers,
  })
}

/** Whether others on the way can read what is sent: neither https nor this computer. */
export function isReadable(host: PluginHost, c: AppContext): boolean {
  return !host.urls.isSecure(c.req.raw) && !isLoopback(c.env.address)
}
