/** Characters of the longest text that is looked at for being JSON. */
const LONGEST = 20_000

/** Whether a text is a JSON object or array. */
export function isJsonDocument(text: string): boolean {
  if (text.length > LONGEST || !/^\s*[[{]/.test(text) || !/[\]}]\s*$/.test(text)) return false
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
