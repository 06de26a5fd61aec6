import { countedNetwork, formatDuration, readForm, type AppContext, type Route } from '../../../../plugin.ts'
import { DEVICE_TOKENS } from '../../actions.ts'
import { userCodeHashes, type UserCode } from '../../protocol/ids.ts'
import { parseUserCode } from '../../protocol/user-code.ts'
import { personOf, type Provider } from '../../provider.ts'
import { unlessRestricted } from '../browser-session.ts'
import { decideDevice } from './device-decision.tsx'
import { openUserCode } from './open-user-code.ts'
import { showEntry } from './device-entry-page.tsx'
import { VERIFY_PATH } from '../paths.ts'
import { showReview } from './device-review-page.tsx'
import { answerProblem } from '../problem.tsx'
import { refusePerson } from '../refuse.ts'

/** Most bytes of a posted code or decision. */
const MAX_FORM_BYTES = 65_536

/** `/-/oauth/device/verify` (RFC 8628 §3.3): a person enters or opens a code, reviews what is asked, and decides. */
export function deviceVerifyRoutes(provider: Provider): readonly Route[] {
  const forPerson = {
    path: VERIFY_PATH,
    allow: { who: 'person', action: DEVICE_TOKENS },
    refuse: refusePerson(provider.host),
  } as const
  return [
    { method: 'GET', ...forPerson, handle: unlessRestricted(provider, (c) => enterOrOpen(provider, c)) },
    { method: 'POST', ...forPerson, handle: unlessRestricted(provider, (c) => openOrDecide(provider, c)) },
  ]
}

async function enterOrOpen(provider: Provider, c: AppContext): Promise<Response> {
  const code = c.req.query('code') ?? ''
  if (code === '') return showEntry(provider, c, '', null)
  // A link on another site, such as one in a mail, fills in the code and does no more, and a program that previews links
  // (HEAD) does nothing: neither can claim a code or use up tries.
  const cameFrom = c.req.header('sec-fetch-site') ?? 'none'
  if (c.req.method === 'HEAD' || !['none', 'same-origin'].includes(cameFrom)) {
    return showEntry(provider, c, parseUserCode(code) ?? '', null)
  }
  return openCode(provider, c, code)
}

async function openOrDecide(provider: Provider, c: AppContext): Promise<Response> {
  const form = await readForm(c.req.raw, MAX_FORM_BYTES)
  return form.has('ticket') ? decideDevice(provider, c, form) : openCode(provider, c, form.get('code') ?? '')
}

/** Looks a code up, after counting the try. A try is taken back unless the code was wrong, or another person's. */
async function openCode(provider: Provider, c: AppContext, typed: string): Promise<Response> {
  const { host, userCodeAttempts } = provider
  if (typed.trim() === '') return showEntry(provider, c, '', 'missing')

  const code = parseUserCode(typed)
  // Whoever has opened it before is not guessing.
  if (code !== null && (await isOwn(provider, c, code))) {
    const again = await openUserCode(provider, c, code)
    return again.ok
      ? showReview(provider, c, code, again.value, null)
      : showEntry(provider, c, '', again.error.reason)
  }

  const holder = { personId: personOf(c).id, network: countedNetwork(c.env.address) }
  const attempt = await userCodeAttempts.count(holder, host.clock.now())
  if (attempt.kind === 'too-many') return answerTooMany(provider, c, attempt.retryAfterSeconds)

  const opened = code === null ? null : await openUserCode(provider, c, code)
  const reason = opened === null ? 'unknown' : opened.ok ? null : opened.error.reason
  const isWrong = reason === 'unknown' || reason === 'claimed'
  if (!isWrong) await userCodeAttempts.takeBack(attempt.attemptId)
  if (code !== null && opened?.ok === true) return showReview(provider, c, code, opened.value, null)

  host.log.info({ reason: `code-${reason}` }, 'oauth.device_code_refused')
  return showEntry(provider, c, '', reason)
}

async function isOwn({ deviceRequests, host }: Provider, c: AppContext, code: UserCode): Promise<boolean> {
  const request = await deviceRequests.find(userCodeHashes(code, host.signer))
  return request !== null && request.claimedBy === personOf(c).id
}

function answerTooMany({ host }: Provider, c: AppContext, retryAfterSeconds: number): Promise<Response> {
  host.log.warn({ address: c.env.address, actor_id: personOf(c).id }, 'oauth.device_codes_limited')
  c.header('retry-after', String(retryAfterSeconds))
  return answerProblem(host, c, {
    status: 429,
    error: 'Too many wrong codes',
    heading: 'Too many wrong codes',
    what: 'No code is looked at for now, not even the right one. Nothing was given.',
    next: `Wait ${formatDuration(Math.ceil(retryAfterSeconds / 60) * 60)}, then start again on your device.`,
    code: null,
  })
}
