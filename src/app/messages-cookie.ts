import type { FlashMessage } from '../routing/page-view.ts'
import type { JsonValue } from '../http/json.ts'
import type { Signer } from '../auth/signing.ts'

/** The cookie that carries notes to the next page (host.md §3.4). */
export const MESSAGES_COOKIE = 'ds_messages'

const NAMESPACE = 'messages'
/** On the wire a kind is its place in this list, counted from 1. */
const KINDS = ['info', 'warning', 'error'] as const

/** The cookie's value for these notes. */
export function formatMessages(signer: Signer, messages: readonly FlashMessage[]): string {
  return signer.sign(
    messages.map(({ text, kind }) => [text, KINDS.indexOf(kind) + 1]),
    NAMESPACE,
  )
}

/** The notes of a cookie's value. A forged or malformed cookie has none. */
export function parseMessages(signer: Signer, value: string): readonly FlashMessage[] {
  const verified = signer.verify(value, NAMESPACE)
  if (!verified.ok || !Array.isArray(verified.value)) return []
  return verified.value.map(parseMessage).filter((message) => message !== null)
}

function parseMessage(pair: JsonValue): FlashMessage | null {
  if (!Array.isArray(pair)) return null
  const [text, number] = pair
  const kind = typeof number === 'number' ? KINDS[number - 1] : undefined
  return typeof text === 'string' && kind !== undefined ? { text, kind } : null
}
