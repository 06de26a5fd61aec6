import { MESSAGES_COOKIE, formatMessages, parseMessages } from './messages-cookie.ts'
import type { Signer } from '../auth/signing.ts'
import { clearedCookie, parseCookies, serializeCookie } from '../http/cookies.ts'
import type { Urls } from '../http/urls.ts'
import type { AppContext } from '../routing/context.ts'
import type { FlashMessage } from '../routing/page-view.ts'

/** Short notes for the next page a person sees, kept in the signed `ds_messages` cookie (host.md §3.4). */
export interface Messages {
  /** Queues a note. */
  add(c: AppContext, message: FlashMessage): void
  /** The waiting notes; they are gone afterwards. */
  take(c: AppContext): readonly FlashMessage[]
}

/** Makes the keeper of notes for one server. */
export function createMessages(signer: Signer, urls: Urls): Messages {
  const waiting = (c: AppContext): readonly FlashMessage[] => {
    const text = parseCookies(c.req.header('cookie')).get(MESSAGES_COOKIE)
    return text === undefined ? [] : parseMessages(signer, text)
  }
  return {
    add: (c, message) => {
      const value = formatMessages(signer, [...waiting(c), message])
      c.header('set-cookie', serializeCookie(MESSAGES_COOKIE, value, { secure: urls.isSecure(c.req.raw) }), {
        append: true,
      })
    },
    take: (c) => {
      const messages = waiting(c)
      if (messages.length > 0)
        c.header('set-cookie', clearedCookie(MESSAGES_COOKIE, urls.isSecure(c.req.raw)), { append: true })
      return messages
    },
  }
}
