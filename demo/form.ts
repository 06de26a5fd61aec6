/** A form of a page as a browser would send it: hidden fields and ticked boxes, in the order of the page. */
export type Form = { readonly fields: readonly (readonly [name: string, value: string])[] }

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** Finds the form of a page that posts to this path, or null. */
export function readForm(html: string, path: string): Form | null {
  for (const [, head = '', inner = ''] of html.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)) {
    if (readAttributes(head).get('action') !== path) continue

    const inputs = [...inner.matchAll(/<input\b([^>]*)>/gi)].map(([, text = '']) => readAttributes(text))
    const sent = inputs.filter((input) => {
      const type = input.get('type') ?? 'text'
      return type === 'checkbox' ? input.has('checked') && !input.has('disabled') : type !== 'submit'
    })
    return { fields: sent.map((input) => [input.get('name') ?? '', input.get('value') ?? 'on']) }
  }
  return null
}

function readAttributes(text: string): ReadonlyMap<string, string> {
  const found = text.matchAll(/([a-z][a-z0-9-]*)(?:\s*=\s*"([^"]*)")?/gi)
  return new Map([...found].map(([, name = '', value = '']) => [name.toLowerCase(), decodeEntities(value)]))
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([0-9a-f]+)|([a-z]+));/gi, (whole, decimal, hex, name) => {
    if (decimal !== undefined) return String.fromCodePoint(Number(decimal))
    return hex === undefined ? (ENTITIES[name] ?? whole) : String.fromCodePoint(Number.parseInt(hex, 16))
  })
}
