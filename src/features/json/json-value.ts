/** A value of a row as its JSON text, which is how values travel (host.md §9). */

/** The value as text: NULL is empty, a number has its digits. Bytes stay JSON. */
export function textOf(json: string): string {
  if (json === 'null') return ''
  if (!json.startsWith('"')) return json
  return json.includes('\\') ? String(JSON.parse(json)) : json.slice(1, -1)
}

/** Whether the value is bytes: nothing else of a row is a JSON object. */
export function isBytes(json: string): boolean {
  return json.startsWith('{')
}

/** Writes an object of names and values that are written already, in this order. */
export function objectText(members: Iterable<readonly [string, string]>): string {
  const texts = Array.from(members, ([name, json]) => `${JSON.stringify(name)}:${json}`)
  return `{${texts.join(',')}}`
}
