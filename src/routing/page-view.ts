import type { Child } from 'hono/jsx'
import type { HttpError } from '../http/http-error.ts'
import type { Crumb } from '../ui/layout.tsx'
import type { AppContext } from './context.ts'

/** What a handler wants shown: the body of a page and what the shell around it needs to know. */
export type PageView = {
  readonly title: string
  /** `wide` for data, `narrow` for one decision (34rem). */
  readonly width: 'wide' | 'narrow'
  /** The way from the home page to here; without the page itself. */
  readonly crumbs?: readonly Crumb[]
  readonly body: Child
  /** Whether the address is only passed through: whoever signs in from here does not come back to it. */
  readonly isPassing?: boolean
  /** 200 unless said otherwise. */
  readonly status?: 200 | HttpError['status']
  readonly headers?: Readonly<Record<string, string>>
}

/** A note that the next page shows once. */
export type FlashMessage = { readonly text: string; readonly kind: 'info' | 'warning' | 'error' }

/** Leaves a note for the next page that this person sees. */
export type Say = (c: AppContext, message: FlashMessage) => void

/** Renders a view as a whole page in the site's shell, with the account menu and waiting messages. */
export type PageRenderer = (c: AppContext, view: PageView) => Promise<Response>
