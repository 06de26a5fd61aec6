import { createHash } from 'node:crypto'
import { isTokenActor } from '../../../auth/actor.ts'
import { boundedBody, BODY_TIMEOUT_MS, type BodySource } from '../../../http/body.ts'
import { HttpError } from '../../../http/http-error.ts'
import { parseIdempotencyKey } from '../../../idempotency/idempotency-key.ts'
import type { EarlierRequest, IdempotencyKeys } from '../../../idempotency/idempotency-keys.ts'
import type { AppContext } from '../../../routing/context.ts'
import type { Route, RouteParams } from '../../../routing/route.ts'
import { dataHeaders } from '../../data-headers.ts'
import type { FeatureDeps } from '../../feature-deps.ts'
import { jsonAnswer } from '../../json/json-answer.ts'
import { bulkFormatOf } from './body-format.ts'
import { senderOf } from './sender.ts'
import { uploadLimits } from './upload-timeout.ts'
import { UnknownOutcome } from '../permitted/write-refusal.ts'

/** One try of a request that its client may repeat. */
export type Attempt = {
  /** Its headers, and its body, which must be read to its end before `begin`. */
  readonly source: BodySource
  /** To be called when nothing is left to do but to write. Throws the 409 when the same request is at that point elsewhere. */
  readonly begin: () => Promise<void>
}

/** Handles a request that its client may repeat: what it throws, or answers without success, has written nothing. */
export type RepeatableHandler = (c: AppContext, params: RouteParams, attempt: Attempt) => Promise<Response>

/**
 * Makes a write safe to repeat (draft-ietf-httpapi-idempotency-key-header-07): a request with an `Idempotency-Key` that this actor has sent to this
 * table before gets the answer of then. One with another content gets a 422, and a 409 while the first is not done, or when nobody
 * knows how it ended because the server was ended in the middle.
 */
export function repeatable(deps: FeatureDeps, handle: RepeatableHandler): Route['handle'] {
  const { clock, idempotencyKeys: keys } = deps
  return async (c, params) => {
    const header = c.req.raw.headers.get('idempotency-key')
    if (header === null) return handle(c, params, { source: c.req.raw, begin: async () => undefined })
    const key = parseIdempotencyKey(header)
    if (!key.ok) throw new HttpError(400, key.error)

    // Of a person so much is kept, however many tokens they make.
    const owner = digest([senderOf(c)])
    const id = digest([...identityOf(c), params['database'] ?? '', params['table'] ?? '', key.value])
    if (!keys.enter(id)) throw stillRunning()
    try {
      const body = fingerprinted(c.req.raw)
      const earlier = await keys.find(id, clock.now())
      if (earlier !== null) return await answerAgain(deps, c, body, earlier)
      let hasBegun = false
      const begin = async () => {
        const fingerprint = body.fingerprint()
        if (!(await keys.claim({ id, owner, fingerprint }, clock.now()))) throw stillRunning()
        hasBegun = true
      }
      try {
        const answer = await handle(c, params, { source: body.source, begin })
        if (hasBegun) await keepAnswer(keys, { id, owner }, answer)
        return answer
      } catch (error) {
        // After anything else, a bug or a write that was cut off while it was saved, nobody knows what is written.
        const isRefusal = error instanceof HttpError && !(error instanceof UnknownOutcome)
        if (hasBegun && isRefusal) await keys.release(id)
        throw error
      }
    } finally {
      keys.leave(id)
    }
  }
}

/** Keeps the answer of a success, and lets go of a key with which nothing was written. */
async function keepAnswer(
  keys: IdempotencyKeys,
  claim: { readonly id: string; readonly owner: string },
  answer: Response,
): Promise<void> {
  if (answer.ok) await keys.finish(claim, { status: answer.status, body: await answer.clone().text() })
  else await keys.release(claim.id)
}

async function answerAgain(
  { settings }: FeatureDeps,
  c: AppContext,
  body: FingerprintedBody,
  { answer, fingerprint, since }: EarlierRequest,
): Promise<Response> {
  if (answer === null) throw unknownOutcome(since)
  const isBulk = bulkFormatOf(body.source.headers) !== null
  const limits = isBulk
    ? uploadLimits(settings.max_bulk_body_bytes)
    : { maxBytes: settings.max_post_body_bytes, timeoutMs: BODY_TIMEOUT_MS }
  for await (const _ of boundedBody(body.source, limits)) continue
  if (body.fingerprint() !== fingerprint) {
    throw new HttpError(
      422,
      'This Idempotency-Key was used for another request. Send a new one with a new key.',
    )
  }
  const headers = { ...dataHeaders(c), 'idempotency-replayed': 'true' }
  return jsonAnswer(c, [answer.body], headers, answer.status === 201 ? 201 : 200)
}

/** Two tokens of one grant, or of one person for the same things, are the same client: a token that was renewed can go on. */
function identityOf(c: AppContext): readonly unknown[] {
  const actor = c.get('actor')
  const isToken = actor !== null && isTokenActor(actor)
  return [senderOf(c), isToken, c.get('grant')?.id ?? null, actor?.['_r'] ?? null]
}

type FingerprintedBody = {
  readonly source: BodySource
  /** The SHA-256 of the address, the kind of content and all of the body. Throws when the body was not read to its end. */
  readonly fingerprint: () => string
}

function fingerprinted({ body, headers, url }: Request): FingerprintedBody {
  const { pathname, search } = new URL(url)
  const hash = createHash('sha256').update(JSON.stringify([pathname, search, headers.get('content-type')]))
  let isWhole = body === null
  async function* watched(): AsyncGenerator<Uint8Array> {
    for await (const chunk of body ?? []) {
      hash.update(chunk)
      yield chunk
    }
    isWhole = true
  }
  return {
    source: { headers, body: watched() },
    fingerprint: () => {
      if (!isWhole) throw new Error('the body was not read to its end')
      return hash.digest('hex')
    },
  }
}

function digest(facts: readonly unknown[] | string): string {
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex')
}

function stillRunning(): HttpError {
  const words = 'The request with this Idempotency-Key is still running. Send it again in a moment.'
  return new HttpError(409, words, { headers: { 'retry-after': '1' } })
}

function unknownOutcome(since: number): HttpError {
  const when = new Date(since * 1000).toISOString()
  const next = 'Look at the table. If the rows are not there, send them with a new key.'
  return new HttpError(
    409,
    `The request with this Idempotency-Key began to write at ${when}, and how that ended is not known: the server may have stopped meanwhile. ${next}`,
  )
}
