import { parseExactJson, writeExactJson } from '../../http/exact-json.ts'

/** Characters of the longest text that is looked at for being JSON. */
const LONGEST = 20_000

/** A text that is a JSON object or array, with a line for each member and the digits of its numbers; null for any other text. */
export function jsonInLines(text: string): string | null {
  if (text.length > LONGEST || !/^\s*[[{]/.test(text) || !/[\]}]\s*$/.test(text)) return null
  const json = parseExactJson(text)
  return json.ok ? writeExactJson(json.value, 2) : null
}
