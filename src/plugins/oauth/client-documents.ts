import {
  fail,
  ok,
  type Clock,
  type EpochSeconds,
  type PersonId,
  type PublicFetch,
  type Result,
} from '../../plugin.ts'
import {
  checkClientDocument,
  documentExpiry,
  DOCUMENT_LIMITS,
  type DocumentFailure,
} from './protocol/client-document.ts'
import type { Client } from './protocol/client.ts'
import type { ClientId } from './protocol/ids.ts'

/** Most documents that are remembered. */
const MAX_REMEMBERED = 1000

/**
 * How many documents are fetched in `BUDGET_WINDOW_SECONDS`: of one host, whatever its port; for one person; of apps that nobody gave
 * anything yet; and in all. What is left over for apps in use cannot be used up by naming others.
 */
const BUDGET = { perHost: 10, perPerson: 20, ofNewApps: 80, inTotal: 100 } as const

const BUDGET_WINDOW_SECONDS = 60

/** For whom a document is fetched, and whether somebody has given its app access already. */
export type DocumentRequest = { readonly personId: PersonId; readonly isKnown: boolean }

/** One fetch. */
type Fetch = DocumentRequest & { readonly host: string; readonly at: EpochSeconds }

/**
 * Clients by the documents that describe them, remembered as long as their servers allow. Failures are not remembered:
 * an app that was repaired works at once. The budget bounds what that costs others.
 */
export class ClientDocuments {
  readonly #fetch: PublicFetch
  readonly #clock: Clock
  readonly #remembered = new Map<ClientId, { readonly client: Client; readonly expiresAt: EpochSeconds }>()
  readonly #pending = new Map<ClientId, Promise<Result<Client, DocumentFailure>>>()
  /** The fetches within the window, oldest first. */
  #recent: Fetch[] = []

  constructor(fetch: PublicFetch, clock: Clock) {
    this.#fetch = fetch
    this.#clock = clock
  }

  /** The client of an address that `isClientIdUrl` accepted. Those who ask at the same time wait for one fetch. `supported` are the grant types that are here. */
  find(
    clientId: ClientId,
    supported: readonly string[],
    request: DocumentRequest,
  ): Promise<Result<Client, DocumentFailure>> {
    const known = this.#remembered.get(clientId)
    if (known !== undefined && known.expiresAt > this.#clock.now()) return Promise.resolve(ok(known.client))
    const pending = this.#pending.get(clientId)
    if (pending !== undefined) return pending

    const overBudget = this.#spend(new URL(clientId).hostname, request)
    if (overBudget !== null) return Promise.resolve(fail(overBudget))
    const asked = this.#load(clientId, supported).finally(() => this.#pending.delete(clientId))
    this.#pending.set(clientId, asked)
    return asked
  }

  async #load(clientId: ClientId, supported: readonly string[]): Promise<Result<Client, DocumentFailure>> {
    this.#remembered.delete(clientId)
    const answer = await this.#fetch(clientId, DOCUMENT_LIMITS)
    if (!answer.ok) return fail({ reason: 'document-not-fetched', failure: answer.error })
    const checked = checkClientDocument(clientId, answer.value, supported)
    if (!checked.ok) return checked
    const now = this.#clock.now()
    const client = { clientId, ...checked.value.registration, createdBy: null, createdAt: now }
    const [oldest] = this.#remembered.keys()
    if (this.#remembered.size >= MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest)
    this.#remembered.set(clientId, { client, expiresAt: documentExpiry(answer.value.headers, now) })
    return ok(client)
  }

  /** Counts a fetch, or says why there can be none now. */
  #spend(host: string, request: DocumentRequest): DocumentFailure | null {
    const now = this.#clock.now()
    this.#recent = this.#recent.filter(({ at }) => at > now - BUDGET_WINDOW_SECONDS)
    const { isKnown, personId } = request
    const ofPool = this.#recent.filter((fetch) => fetch.isKnown === isKnown)
    const limits: readonly (readonly [readonly Fetch[], number])[] = [
      [ofPool.filter((fetch) => fetch.host === host), BUDGET.perHost],
      [this.#recent.filter((fetch) => fetch.personId === personId), BUDGET.perPerson],
      [isKnown ? [] : ofPool, BUDGET.ofNewApps],
      [this.#recent, BUDGET.inTotal],
    ]
    const [oldest] = limits.find(([fetches, limit]) => fetches.length >= limit)?.[0] ?? []
    if (oldest !== undefined) {
      return { reason: 'document-over-budget', retryAfterSeconds: oldest.at + BUDGET_WINDOW_SECONDS - now }
    }
    this.#recent.push({ ...request, host, at: now })
    return null
  }
}
