/**
 * Splits the text of a JSON array into the texts of its elements, exactly as they are written; that of an object into
 * its members, each a name, a colon and a value.
 *
 * Rows come from SQL as JSON text and leave as JSON text: reading them as JavaScript values on the way would
 * round large integers and drop the `.0` of floats. The text must be valid JSON, which our own writer made.
 */
export function splitJsonArray(text: string): readonly string[] {
  return [...jsonElements(text)]
}

/** The first element of a JSON array as text; null for an empty array. The rest of the text is not looked at. */
export function firstElement(text: string): string | null {
  const [first = null] = jsonElements(text)
  return first
}

/** The elements one by one, each found when it is asked for. */
export function* jsonElements(text: string): Generator<string> {
  let depth = 0
  let start = 0
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charAt(at)) {
      case '"':
        at = endOfString(text, at)
        break
      case '[':
      case '{':
        depth += 1
        if (depth === 1) start = at + 1
        break
      case ',':
        if (depth !== 1) break
        yield text.slice(start, at).trim()
        start = at + 1
        break
      case ']':
      case '}':
        depth -= 1
        if (depth === 0 && text.slice(start, at).trim() !== '') yield text.slice(start, at).trim()
        break
      default:
    }
  }
}

/** The position of the quote that closes the string opened at `open`. */
function endOfString(text: string, open: number): number {
  let close = text.indexOf('"', open + 1)
  while (close !== -1 && isEscaped(text, close)) close = text.indexOf('"', close + 1)
  return close === -1 ? text.length : close
}

function isEscaped(text: string, at: number): boolean {
  let backslashes = 0
  while (text[at - 1 - backslashes] === '\\') backslashes += 1
  return backslashes % 2 === 1
}
